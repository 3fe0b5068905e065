import type { Secrets } from '../contract.ts';
import { keyedHash } from '../keyed-hash.ts';
import type { KeyRing } from '../vault.ts';
import type { Purpose } from './content.ts';
import { versionOf } from './key-names.ts';

/** What a database notes of a key that it is written with: the same for the same key, and nothing else of it; empty without one. */
export function checkOf(
  name: string,
  { ring, secrets }: { readonly ring: KeyRing; readonly secrets: Secrets },
): string {
  const version = versionOf(name);
  // A cast: what is no version of the vault's key is one of the purposes.
  const key = version === undefined ? secrets.key(name as Purpose) : ring.key(version);
  return key === undefined ? '' : keyedHash(key)(`boomgate key check ${name}`);
}
