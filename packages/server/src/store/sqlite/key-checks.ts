import { join } from 'node:path';
import { type Secrets, StoreError } from '../contract.ts';
import {
  ALL_PURPOSES,
  checkOf,
  keyName,
  openKeyRing,
  openSecrets,
  type StoredKeyRing,
  versionOf,
} from '../keys/index.ts';
import { textsByVersion } from '../sql/index.ts';
import { isSame } from '../sql/link.ts';
import { type Database, transact } from './driver.ts';
import type { Warn } from './files.ts';
import { KEYS_FILE, type KeysFile } from './keys-file.ts';
import { makeKeys } from './make-keys.ts';
import { runNow } from './run.ts';

type Check = { readonly purpose: string; readonly value: string };

export type OpenKeys = { readonly secrets: Secrets; readonly ring: StoredKeyRing };

/** `look` changes nothing, `note` notes keys that are new to the database, `make` also makes those that there are none of. */
type OpenKeysOptions = { readonly directory: string } & (
  | { readonly may: 'look' | 'note' }
  | { readonly may: 'make'; readonly warn: Warn }
);

/** The keys of a file, held to the database. Throws `unreadable` when one is not the one that the database was written with. */
export function openKeys(database: Database, file: KeysFile, options: OpenKeysOptions): OpenKeys {
  const { directory } = options;
  if (options.may === 'make') makeKeys(file, { ...neededBy(database), warn: options.warn });
  const keys = { secrets: openSecrets(file), ring: openKeyRing(file) };
  checkKeys(database, keys, { directory, readOnly: options.may === 'look' });
  return keys;
}

/** What this database was written and sealed with. */
function neededBy(database: Database) {
  const checks = database.prepare<Check>('select * from key_checks').all();
  return { inUse: new Set(checks.map(({ purpose }) => purpose)), sealedWith: versionsInUse(database) };
}

function checkKeys(
  database: Database,
  keys: OpenKeys,
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

function versionsInUse(database: Database): ReadonlySet<number> {
  return new Set(runNow(database, textsByVersion()).keys());
}

/** Whether a version is not there, and nothing needs it. */
function isGone(ring: StoredKeyRing, version: number, sealedWith: ReadonlySet<number>): boolean {
  return ring.key(version) === undefined && !sealedWith.has(version);
}

function noteFresh(database: Database, known: readonly Check[], keys: OpenKeys): void {
  const noted = new Set(known.map(({ purpose }) => purpose));
  const all = [...ALL_PURPOSES, ...keys.ring.versions().map(keyName)];
  const fresh = all.filter((purpose) => !noted.has(purpose));
  if (fresh.length === 0) return;
  transact(database, () => {
    const note = database.prepare('insert or ignore into key_checks (purpose, value) values (?, ?)');
    for (const purpose of fresh) note.run(purpose, checkOf(purpose, keys));
  });
}
