/**
 * Checks that look across the whole document (policy language §12): one file each, with a test of the same name.
 * A check reports findings and changes nothing; what concerns one place alone belongs to the chapter that reads it.
 * It knows nothing of live tools.
 */
import type { Policy } from '../../policy.ts';
import type { Place } from '../place.ts';
import { checkCountersDisagree } from './counters-disagree.ts';
import { checkHiddenEntry } from './hidden-entry.ts';
import { checkIdleApproval } from './idle-approval.ts';
import { checkLiteralName } from './literal-name.ts';
import { checkPatternTie } from './pattern-tie.ts';

/** `place` is the document itself; a check addresses what it found below it. */
type Check = (policy: Policy, place: Place) => void;

export const CHECKS: readonly Check[] = [
  checkPatternTie,
  checkCountersDisagree,
  checkHiddenEntry,
  checkIdleApproval,
  checkLiteralName,
];
