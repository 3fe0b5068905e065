import { join } from 'node:path';
import { type Secrets, StoreError } from '../contract.ts';
import { keyedHash } from '../keyed-hash.ts';
import { isSame } from './chain/link.ts';
import { type Database, transact } from './driver.ts';
import { ALL_PURPOSES, KEYS_FILE, type Purpose } from './secrets.ts';

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
  secrets: Secrets,
  { directory, readOnly }: { readonly directory: string; readonly readOnly: boolean },
): void {
  const known = database.prepare<Check>('select * from key_checks').all();
  for (const { purpose, value } of known) {
    // A newer version may have noted purposes that this one does not know.
    const own = ALL_PURPOSES.find((one) => one === purpose);
    if (own === undefined || isSame(checkOf(own, secrets), value)) continue;
    const text = `the key for ${purpose} in ${join(directory, KEYS_FILE)} is not the one that the database was written with; nothing was changed. Restore both from one backup`;
    throw new StoreError('unreadable', text);
  }
  const noted = new Set(known.map(({ purpose }) => purpose));
  const fresh = ALL_PURPOSES.filter((purpose) => !noted.has(purpose));
  if (readOnly || fresh.length === 0) return;
  transact(database, () => {
    const note = database.prepare('insert or ignore into key_checks (purpose, value) values (?, ?)');
    for (const purpose of fresh) note.run(purpose, checkOf(purpose, secrets));
  });
}

function checkOf(purpose: Purpose, secrets: Secrets): string {
  return keyedHash(secrets.key(purpose))(`boomgate key check ${purpose}`);
}
