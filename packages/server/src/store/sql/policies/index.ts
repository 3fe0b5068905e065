/**
 * Policies as they are stored: their versions, which of them is in force, and what waits for a second person. May not read
 * documents or say what they mean.
 */
import type { PolicyVersions } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { proposalsOf } from './proposals.ts';
import { registering, savingOf } from './save.ts';
import { readingOf } from './versions.ts';

export { authorOf } from './versions.ts';

export function openPolicies(executor: SqlExecutor): PolicyVersions {
  return {
    register: registering(executor),
    ...readingOf(executor),
    ...savingOf(executor),
    ...proposalsOf(executor),
  };
}
