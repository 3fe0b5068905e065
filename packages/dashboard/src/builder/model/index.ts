/**
 * Parts of a document as something that forms can show. Each reader is strict: what is not entirely as the language says is
 * `json`, whole and in its place, and the writer beside it gives every part back as it was.
 */

export type { AsJson } from './as-json.ts';
export { type Comparison, type Condition, readCondition, writeCondition } from './condition.ts';
export {
  type Entry,
  isAccess,
  isShort,
  type Listed,
  RULE_LISTS,
  type RuleList,
  readEntry,
  writeEntry,
} from './entry.ts';
export {
  type ConcurrencyLimit,
  type Limit,
  readLimit,
  readShortForm,
  type ShortForm,
  type WindowLimit,
  writeLimit,
} from './limit.ts';
export {
  type Approval,
  readApproval,
  readValidate,
  type Validate,
  writeApproval,
  writeValidate,
} from './parts.ts';
export { readPolicy, type Whole } from './policy.ts';
export { type Rule, readRule, writeRule } from './rule.ts';
