/**
 * Two versions of a policy side by side: what differs, and whether the later one lets more through. May prove with the
 * meaning of conditions, patterns and limits, and search with `decide`; may not decide otherwise than `decide`, nor know stores,
 * grants or people. Every search is bounded by work, never by time, so the same two always compare alike.
 */
export { BRIEF_EFFORT } from './bounds.ts';
export { begunCounters } from './difference/begun-counters.ts';
export { type Change, policyDifference } from './difference/difference.ts';
export type { Knowledge } from './proof/region.ts';
export { type Widening, type Widens, widensAccess } from './widens.ts';
export type { Witness } from './witness.ts';
