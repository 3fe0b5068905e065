import { addKeywords, type Draft, draft07, draft2020, type Keyword } from 'json-schema-library';
import type { Budget } from './budget.ts';
import { ownKeywords } from './keywords.ts';

/** The library names no error without a text; ours are in `errors.ts`. */
const OWN_ERRORS = Object.fromEntries(
  ['format', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].map((name) => [`${name}-error`, name]),
);

/** The dialect as the gateway chooses it, with our keywords, each look at a keyword counted. */
export function draftOf(isOld: boolean, budget: Budget): Draft {
  // Beside a reference, other keywords count in the older dialect as well: the gateway reads it so.
  const base = isOld ? { ...draft07, version: draft2020.version } : draft2020;
  const reference = draft2020.keywords.filter(({ keyword }) => keyword === '$ref');
  const draft = addKeywords(base, ...reference, ...ownKeywords(budget));
  const errors = { ...OWN_ERRORS, ...draft.errors };
  return { ...draft, errors, keywords: draft.keywords.map((keyword) => counted(keyword, budget)) };
}

function counted(keyword: Keyword, budget: Budget): Keyword {
  const { parse, validate } = keyword;
  return {
    ...keyword,
    ...(parse && {
      parse: (node) => {
        budget.step();
        return parse(node);
      },
    }),
    ...(validate && {
      validate: Object.assign(
        (given: Parameters<typeof validate>[0]) => budget.within(() => validate(given)),
        validate,
      ),
    }),
  };
}
