import type { ToolFacts } from '../decide/decision.ts';
import { ownProperty } from '../json/json.ts';
import { argumentOf, comparisonsOf } from '../looked-at.ts';
import type { Comparison, Entry, Operator, Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { coveredBy, problem } from './covered.ts';
import { argumentSchema, typesOf } from './schema.ts';

/** What looks for a part of a text. */
const LOOKS_WITHIN: ReadonlySet<Operator> = new Set([
  'contains',
  'regex',
  'glob',
  'starts_with',
  'ends_with',
]);
/** What says of a text nothing about what stands in it. */
const SAYS_LITTLE: ReadonlySet<Operator> = new Set([
  ...(['exists', 'type', 'neq', 'not_in', 'not_contains', 'not_regex'] as const),
  ...(['length_lt', 'length_lte', 'length_gt', 'length_gte'] as const),
]);
/** Of a schema: only certain texts fit. */
const NARROW = ['enum', 'const', 'pattern', 'format'];

/**
 * A refusal by what stands in a free text: in other letters, with characters that nobody sees or by another name the same passes.
 * What is let through has to be said instead.
 */
export function checkDeniedText(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  return coveredBy(policy, tools).flatMap(({ entry, tools: own }) => {
    const narrowed = narrowedBy(entry);
    return entry.denyIf.flatMap(({ conditions, id }) => {
      const free = comparisonsOf(conditions)
        .filter(({ op }) => LOOKS_WITHIN.has(op))
        .map(argumentOf)
        .find(
          (argument) =>
            argument !== undefined &&
            !narrowed.has(argument) &&
            own.some((tool) => isFreeText(tool, argument)),
        );
      if (free === undefined) return [];
      const message = `a text can be spelt in many ways, and this refuses only some: say in "require" which "${free}" may pass`;
      return [problem('warning', 'denied_text', { message, pointer: id })];
    });
  });
}

/** Arguments of which the entry itself says which texts pass. */
function narrowedBy({ require }: Entry): ReadonlySet<string | undefined> {
  const positive = (one: Comparison): boolean => !SAYS_LITTLE.has(one.op);
  return new Set(
    require
      .flatMap(({ conditions }) => comparisonsOf(conditions))
      .filter(positive)
      .map(argumentOf),
  );
}

function isFreeText(tool: ToolFacts, argument: string): boolean {
  const schema = argumentSchema(tool, argument);
  if (schema === undefined || typesOf(schema)?.includes('string') !== true) return false;
  return NARROW.every((key) => ownProperty(schema, key) === undefined);
}
