import { MASTER_KEY, NEW_MASTER_KEY } from '../store/index.ts';
import type { Environment } from './references.ts';

/** What seals the file of keys, as the environment has it; an empty variable is none. */
export function masterKeyIn(environment: Environment): string | undefined {
  return environment[MASTER_KEY] || undefined;
}

/** What is to seal it from now on. */
export function newMasterKeyIn(environment: Environment): string | undefined {
  return environment[NEW_MASTER_KEY] || undefined;
}
