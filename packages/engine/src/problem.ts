/**
 * Something wrong with a policy document. Errors refuse the save, warnings do not (§12).
 * `code` is stable and listed in docs/problems.md; `message` says what was expected, what was found and how to mend it.
 */
export type Problem = {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** Lower case, no full stop. */
  readonly message: string;
  /** JSON Pointer into the document as written; empty for the whole. */
  readonly pointer: string;
  /** 1-based; absent when the document was not given as text. */
  readonly line?: number;
  readonly column?: number;
};

export const PROBLEM_CODES = [
  'syntax',
  'duplicate_key',
  'forbidden_key',
  'too_large',
  'too_deep',
  'too_many',
  'not_an_object',
  'missing_key',
  'unknown_key',
  'bad_type',
  'bad_value',
  'bad_version',
  'bad_name',
  'bad_path',
  'unknown_operator',
  'bad_operand',
  'bad_pattern',
  'null_operand',
  'pattern_tie',
  'duplicate_counter_disagrees',
  'calendar_window',
  'bad_window',
  'bad_amount',
  'approval_bounds',
  'bad_time_zone',
  'contradiction',
  'not_offered',
  'uncovered_tool',
  'unknown_argument',
  'impossible_type',
  'impossible_value',
  'optional_argument',
  'denied_text',
  'unvalidated_arguments',
  'never_reached',
  'never_binds',
  'self_reported',
  'negated_elements',
  'counter_begins',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];
