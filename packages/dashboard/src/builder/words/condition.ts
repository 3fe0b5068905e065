import { type Json, parsePath, printPath } from '@boomgate/engine';
import type { Comparison, Condition } from '../model/index.ts';
import { OPERATOR_WORDS } from './operators.ts';
import { code, listed, type Part, type Sentence, valueCode, words } from './sentence.ts';

/** What `[*]` means here: some element, or every element in what a call must satisfy (policy language §4). */
type Quantifier = 'some' | 'every';

/** A condition after "if", "that" or "where". */
function conditionWords(condition: Condition, quantifier: Quantifier): Sentence {
  switch (condition.kind) {
    case 'compare':
      return comparisonWords(condition, quantifier);
    case 'not':
      return [words('it is not true that '), ...grouped(condition.of, quantifier)];
    case 'any':
    case 'all': {
      const inner = condition.of.map((one) => grouped(one, quantifier));
      return listed(inner, condition.kind === 'any' ? 'or' : 'and');
    }
    case 'json':
      return [words('what its JSON says')];
  }
}

/** Several conditions that hold together. */
export function conditionsWords(conditions: readonly Condition[], quantifier: Quantifier): Sentence {
  if (conditions.length === 1 && conditions[0] !== undefined)
    return conditionWords(conditions[0], quantifier);
  return listed(
    conditions.map((one) => grouped(one, quantifier)),
    'and',
  );
}

/** In brackets where it joins several, so that it reads one way only. */
function grouped(condition: Condition, quantifier: Quantifier): Sentence {
  const inner = conditionWords(condition, quantifier);
  const isJoined = (condition.kind === 'any' || condition.kind === 'all') && condition.of.length > 1;
  return isJoined ? [words('('), ...inner, words(')')] : inner;
}

function comparisonWords({ ignoreCase, op, path, value }: Comparison, quantifier: Quantifier): Sentence {
  const subject = pathWords(path, quantifier);
  const tail = ignoreCase === true ? [words(', ignoring case')] : [];
  if (op === 'exists') return [...subject, words(value === false ? ' is absent' : ' is present')];
  return [...subject, words(` ${OPERATOR_WORDS[op]} `), ...operandWords(value), ...tail];
}

function operandWords(value: Json): Sentence {
  if (!Array.isArray(value) || value.length === 0 || value.length > LISTED_MAX) return [valueCode(value)];
  return listed(
    value.map((item: Json) => [valueCode(item)]),
    'or',
  );
}

/** Values of a list that a sentence names. */
const LISTED_MAX = 6;

/** An argument by its name alone; anything else by its whole path. */
function pathWords(path: string, quantifier: Quantifier): Sentence {
  const shown = pathCode(path);
  return path.includes('[*]') ? [words(`${quantifier} `), shown] : [shown];
}

export function pathCode(path: string): Part {
  const read = parsePath(path);
  if (!read.ok || read.path.root !== 'args') return code(path);
  const [first, ...rest] = read.path.segments;
  return code(first?.kind === 'name' ? first.name + printPath('args', rest).slice('args'.length) : path);
}
