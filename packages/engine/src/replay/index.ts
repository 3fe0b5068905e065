/**
 * What a policy would have said of calls of which only the names of their arguments are known. Judges with `decide` alone,
 * by two versions of the policy between which everything unknown lies; may not guess.
 */
export { openReplay, type RecordedCall } from './replay.ts';
export {
  leftOutOfReplays,
  type ReplayEffect,
  type ReplayedCall,
  type ReplayFigures,
  type ReplayLine,
  ReplayTally,
} from './tally.ts';
