/**
 * A policy and the calls that the log has: what a draft would have said of them, and a draft that would have allowed them. The gateway
 * answers both. May not decide calls itself, nor keep what it was answered.
 */
export { FromLog } from './from-log.tsx';
export { ReplayPart } from './replay-part.tsx';
