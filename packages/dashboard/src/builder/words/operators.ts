import type { Operator } from '@boomgate/engine';

/** An operator between what is looked at and its operand. */
export const OPERATOR_WORDS = {
  eq: 'is',
  neq: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is greater than',
  gte: 'is at least',
  contains: 'contains',
  not_contains: 'does not contain',
  regex: 'matches the expression',
  not_regex: 'does not match the expression',
  glob: 'matches the pattern',
  starts_with: 'starts with',
  ends_with: 'ends with',
  exists: 'is present',
  type: 'is of type',
  length_lt: 'is shorter than',
  length_lte: 'is at most as long as',
  length_gt: 'is longer than',
  length_gte: 'is at least as long as',
  path_within: 'is a path within',
  host_in: 'is a URL at host',
  cidr_in: 'is an address in',
} as const satisfies Record<Operator, string>;
