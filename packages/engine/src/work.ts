import type { Operator } from './policy.ts';

/**
 * The bound on the work of one decision (policy language §4, decisions/0006), in units of about five nanoseconds, so that the
 * longest decision takes about a tenth of a second whatever the policy and the arguments are.
 */
export const WORK_MAX = 2 ** 24;

/** What one UTF-16 code unit of a text costs an operator that reads it to its end; the others read no more than their operand. */
export const READING = {
  eq: 0,
  neq: 0,
  in: 0,
  not_in: 0,
  lt: 0,
  lte: 0,
  gt: 0,
  gte: 0,
  contains: 2,
  not_contains: 2,
  regex: 8,
  not_regex: 8,
  glob: 2,
  starts_with: 0,
  ends_with: 0,
  exists: 0,
  type: 0,
  length_lt: 1,
  length_lte: 1,
  length_gt: 1,
  length_gte: 1,
  path_within: 12,
  host_in: 12,
  cidr_in: 12,
} as const satisfies Record<Operator, number>;

/** What the code unit costs besides when case is folded. */
export const FOLDING = 4;
/** What the code unit costs a regular expression besides, over the square of the steps of its program: what was measured at worst. */
export const STEPS_SQUARED = 1 / 8;
/** What a regular expression costs for each code unit that it reads, by the steps of its program. */
export function matchingCost(steps: number): number {
  return READING.regex + Math.floor(steps * steps * STEPS_SQUARED);
}

/** What each entry of a list of folders, hosts or ranges costs. */
export const ENTRY = 48;
/** What each element costs that is judged on its own. */
export const ELEMENT = 16;
/** What each key costs that is counted, and each element or key of an array or object that another one is compared with. */
export const NODE = 128;
