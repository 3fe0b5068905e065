/**
 * From a policy document to a `Policy`, one file per chapter of the policy language. Nothing here decides a call,
 * knows live tools or knows other products' dialects. Chapters read places and report findings; only
 * `parsePolicy` makes policies and problems.
 */
export * as bounds from './bounds.ts';
export { counterText } from './counter-text.ts';
export { type ParseResult, parsePolicy, parsePolicyTree } from './parse-policy.ts';
export { parsePath, printPath } from './path.ts';
export { uniqueIds } from './rule-ids.ts';
export { similarWord } from './similar.ts';
