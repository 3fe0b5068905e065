/**
 * Parts of a document as something that forms can show. Each reader is strict: what is not entirely as the language says is
 * `json`, whole and in its place, and the writer beside it gives every part back as it was.
 */

export { type Comparison, type Condition, readCondition } from './condition.ts';
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
export { type ConcurrencyLimit, type Limit, readLimit, type ShortForm, type WindowLimit } from './limit.ts';
export { type Approval, readApproval, readValidate, type Validate } from './parts.ts';
export { readPolicy } from './policy.ts';
export { type Rule, readRule } from './rule.ts';
