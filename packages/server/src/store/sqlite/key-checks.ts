import { join } from 'node:path';
import { type Secrets, StoreError } from '../contract.ts';
import { keyedHash } from '../keyed-hash.ts';
import { isSame } from '../sql/link.ts';
import { type Database, transact } from './driver.ts';
import { keyName, versionOf } from './key-names.ts';
import type { StoredKeyRing } from './key-ring.ts';
import { KEYS_FILE } from './keys-file.ts';
import { versionsInUse } from './sealed-columns.ts';
import { ALL_PURPOSES, type Purpose } from './secrets.ts';

type Check = { readonly purpose: string; readonly value: string };

/** Purposes whose keys this database was written with. */
export function keysInUse(database: Database): ReadonlySet<string> {
  return new Set(
    database
      .prepare<Check>('select * from key_checks')
      .all()
      .map(({ purpose }) => purpose),
  );
}

/** Throws `unreadable` when a key is not the one that the database was written with; notes keys that are new to it. */
export function checkKeys(
  database: Database,
  keys: { readonly secrets: Secrets; readonly ring: StoredKeyRing },
  { directory, readOnly }: { readonly directory: string; readonly readOnly: boolean },
): void {
  const known = database.prepare<Check>('select * from key_checks').all();
  const sealedWith = versionsInUse(database);
  for (const { purpose, value } of known) {
    const version = versionOf(purpose);
    // A newer version may have noted purposes that this one does not know; a key that seals nothing may be gone.
    const own = version === undefined ? ALL_PURPOSES.find((one) => one === purpose) : purpose;
    if (own === undefined || (version !== undefined && isGone(keys.ring, version, sealedWith))) continue;
    if (isSame(checkOf(own, keys), value)) continue;
    const text = `the key for ${purpose} in ${join(directory, KEYS_FILE)} is not the one that the database was written with; nothing was changed. Restore both from one backup`;
    throw new StoreError('unreadable', text);
  }
  if (!readOnly) noteFresh(database, known, keys);
}

/** Whether a version is not there, and nothing needs it. */
function isGone(ring: StoredKeyRing, version: number, sealedWith: ReadonlySet<number>): boolean {
  return ring.key(version) === undefined && !sealedWith.has(version);
}

function noteFresh(
  database: Database,
  known: readonly Check[],
  keys: { readonly secrets: Secrets; readonly ring: StoredKeyRing },
): void {
  const noted = new Set(known.map(({ purpose }) => purpose));
  const all = [...ALL_PURPOSES, ...keys.ring.versions().map(keyName)];
  const fresh = all.filter((purpose) => !noted.has(purpose));
  if (fresh.length === 0) return;
  transact(database, () => {
    const note = database.prepare('insert or ignore into key_checks (purpose, value) values (?, ?)');
    for (const purpose of fresh) note.run(purpose, checkOf(purpose, keys));
  });
}

function checkOf(
  purpose: string,
  { ring, secrets }: { readonly secrets: Secrets; readonly ring: StoredKeyRing },
): string {
  const version = versionOf(purpose);
  // A cast: what is no version of the master key is one of the purposes.
  const key = version === undefined ? secrets.key(purpose as Purpose) : ring.key(version);
  return key === undefined ? '' : keyedHash(key)(`boomgate key check ${purpose}`);
}
