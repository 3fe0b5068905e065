/**
 * Policies as they are stored: their versions, which of them is in force, and what waits for a second person. May not read
 * documents or say what they mean.
 */
import type { PolicyVersions } from '../../contract.ts';
import type { Room } from '../room.ts';
import { PolicyDesk } from './desk.ts';
import { proposalsOf } from './proposals.ts';
import { registering, savingOf } from './save.ts';
import { readingOf } from './versions.ts';

export function openPolicies(room: Room): PolicyVersions {
  const desk = new PolicyDesk(room);
  return { register: registering(desk), ...readingOf(desk), ...savingOf(desk), ...proposalsOf(desk) };
}
