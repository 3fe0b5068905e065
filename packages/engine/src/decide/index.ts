/**
 * From a policy and a call to a judgement, and on to the final decision (policy language §2, §3, §6, §8, §9).
 * It knows no clock, store or document text. `decide` is the only place that says what a call's outcome is; `resultFault`
 * says what of a result does not fit its tool, which no policy asks.
 * A policy is compiled once; deciding allocates only the judgement.
 */
export { decideAccess } from './access.ts';
export type { ApprovalTerms } from './approval.ts';
export { type CompiledPolicy, compilePolicy } from './compile.ts';
export { type CountersOf, countersOf, limitsOf, scopeNames } from './counters-of.ts';
export { approvalTermsFor, decide, isVisible } from './decide.ts';
export type * from './decision.ts';
export { entryNames } from './entry-names.ts';
export { decideAndReserve, decideWithLedgers, grantedDecision, limitDecision } from './final.ts';
export { resultFault } from './result.ts';
