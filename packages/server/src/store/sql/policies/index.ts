/**
 * Policies as they are stored: their versions, which of them is in force, and what waits for a second person. May not read
 * documents or say what they mean.
 */
import type { PolicyVersions } from '../../contract.ts';
import { Desk } from '../desk.ts';
import type { SqlRoom } from '../room.ts';
import { proposalsOf } from './proposals.ts';
import { registering, savingOf } from './save.ts';
import { readingOf } from './versions.ts';

export function openPolicies(room: SqlRoom): PolicyVersions {
  const desk = new Desk(room);
  return { register: registering(desk), ...readingOf(desk), ...savingOf(desk), ...proposalsOf(desk) };
}
