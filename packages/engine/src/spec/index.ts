/**
 * The reference semantics of conditions, for `spec.ts` alone: the plainest code that can be right, slow and without state.
 * It shares nothing with the rooms that it is held against: only types, JSON and the functions that are passed in.
 * Nothing that runs in a gateway imports it.
 */
export { type Context, find, type Join, judge, member } from './conditions.ts';
export { all, some } from './operators.ts';
export { scalarOf } from './scope.ts';
export { holdsBig } from './values.ts';
export { workOf } from './work.ts';
