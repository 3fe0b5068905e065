/**
 * Policies as they are stored: their versions, which of them is in force, and what waits for a second person. May not read
 * documents or say what they mean.
 */
import type { PolicyVersions } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { proposalsOf } from './proposals.ts';
import { registering, savingOf } from './save.ts';
import { readingOf } from './versions.ts';

export function openPolicies(room: SqlRoom): PolicyVersions {
  return { register: registering(room), ...readingOf(room), ...savingOf(room), ...proposalsOf(room) };
}
