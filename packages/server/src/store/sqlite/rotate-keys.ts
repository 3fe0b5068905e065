import { join, resolve } from 'node:path';
import type { Clock } from '../../limits/index.ts';
import { type Actor, StoreError, type Vault } from '../contract.ts';
import { keyName, newKeys, type StoredKeyRing, VERSION_MAX, versionOf } from '../keys/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { AuditWriter } from './audit/index.ts';
import { type Database, openDatabase, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE, isThere, refuseUnusable } from './files.ts';
import { openKeys } from './key-checks.ts';
import { type KeysFile, keysFileIn } from './keys-file.ts';
import { lockKeys } from './lock.ts';
import { requireSchema } from './migrate.ts';
import { SEALED_COLUMNS, type SealedColumn, versionsInUse } from './sealed-columns.ts';

const BUSY_MS = 5_000;
/** Texts that are sealed anew in one transaction: a millisecond or two, in which the gateway waits. */
const TEXTS_AT_ONCE = 50;

export type KeysOptions = {
  readonly directory: string;
  readonly clock: Clock;
  /** Where the file of keys is sealed. */
  readonly masterKey?: string | undefined;
};
export type RotateKeysOptions = KeysOptions & {
  readonly by: Actor;
  /** Told after each transaction, how many texts are done; what it throws ends the work there. For tests. */
  readonly onStep?: (resealed: number) => void;
};

export type KeyVersion = {
  readonly version: number;
  /** The one that seals. */
  readonly isCurrent: boolean;
  /** Secrets that it has sealed. */
  readonly texts: number;
};

export type RotationReport = {
  readonly version: number;
  /** Texts that were sealed anew. */
  readonly resealed: number;
  /** Versions that are gone now, as nothing needs them. */
  readonly removed: readonly number[];
  /** An earlier rotation was interrupted: this one ended it, and made no new key. */
  readonly resumed: boolean;
};

type Keys = {
  readonly database: Database;
  readonly ring: StoredKeyRing;
  readonly vault: Vault;
  readonly audit: AuditWriter;
  readonly file: KeysFile;
};

/** The versions of the vault's master key, oldest first. Rejects with `StoreError`. */
export async function listKeys({ directory, ...options }: KeysOptions): Promise<readonly KeyVersion[]> {
  return withKeys({ ...options, directory: resolve(directory), readOnly: true }, ({ database, ring }) => {
    const { current } = ring;
    return ring
      .versions()
      .map((version) => ({ version, isCurrent: version === current, texts: countOf(database, version) }));
  });
}

/**
 * Makes a new master key, seals every secret with it, and takes the older keys away. A running gateway goes on meanwhile. Of an
 * interrupted rotation the next one does the rest. Rejects with `StoreError`: `locked` while a backup is made, `unreadable` when a
 * secret cannot be opened; then all keys stay.
 */
export async function rotateKeys(options: RotateKeysOptions): Promise<RotationReport> {
  const directory = resolve(options.directory);
  const lock = lockKeys(existingOf(directory));
  try {
    return withKeys({ ...options, directory, readOnly: false }, (keys) => {
      const resumed = keys.ring.versions().length > 1;
      if (!resumed) addKey(keys, directory);
      const version = keys.ring.current;
      let resealed = 0;
      for (const column of SEALED_COLUMNS)
        for (
          let done = resealSome(keys, column, version);
          done > 0;
          done = resealSome(keys, column, version)
        ) {
          resealed += done;
          options.onStep?.(resealed);
        }
      const removed = removeOlder(keys, { version, resealed, by: options.by });
      return { version, resealed, removed, resumed };
    });
  } finally {
    lock.close();
  }
}

export function existingOf(directory: string): string {
  refuseUnusable(directory);
  if (isThere(join(directory, DATABASE_FILE))) return directory;
  const text = `${join(directory, DATABASE_FILE)} does not exist yet: start the gateway once to make it`;
  throw new StoreError('unavailable', text);
}

export function withKeys<Result>(
  { clock, directory, masterKey, readOnly }: KeysOptions & { readonly readOnly: boolean },
  work: (keys: Keys) => Result,
): Result {
  const file = join(existingOf(directory), DATABASE_FILE);
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly, busyTimeoutMs: BUSY_MS });
    if (!readOnly) database.pragma('journal_mode = wal');
    requireSchema(database, file);
    const keysFile = keysFileIn(directory, masterKey);
    const { ring, secrets } = openKeys(database, keysFile, { directory, may: readOnly ? 'look' : 'note' });
    const audit = new AuditWriter(database, { clock, key: () => secrets.key('log-seal') });
    return work({ database, ring, vault: new EnvelopeVault(ring), audit, file: keysFile });
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    database?.close();
  }
}

/** The file first: whoever seals from now on takes the new key, and it is there before anything needs it. */
function addKey({ database, file, ring }: Keys, directory: string): void {
  const version = ring.current + 1;
  if (version > VERSION_MAX)
    throw new StoreError('conflict', `expected fewer than ${VERSION_MAX} rotations in the life of a store`);
  file.write({ ...file.read(), ...newKeys([keyName(version)]) });
  openKeys(database, file, { directory, may: 'note' });
}

/** Seals some texts of other versions anew; how many. */
function resealSome({ database, vault }: Keys, { column, of, place, table }: SealedColumn, version: number) {
  const [key] = of;
  return transact(database, () => {
    const older = database
      .prepare<Record<string, string> & { readonly sealed: Uint8Array }>(
        `select ${of.join(', ')}, ${column} as sealed from ${table}
         where ${column} is not null and hex(substr(${column}, 2, 2)) != ? limit ?`,
      )
      .all(hexOf(version), TEXTS_AT_ONCE);
    const update = database.prepare(`update ${table} set ${column} = ? where ${key} = ?`);
    for (const { sealed, ...cells } of older) {
      const where = place(cells);
      update.run(vault.seal(where, vault.open(where, sealed)), cells[key]);
    }
    return older.length;
  });
}

/** In one transaction, in which nobody can seal: what nothing needs any more is forgotten, and the act is noted. */
function removeOlder(
  { audit, database, file }: Keys,
  { by, resealed, version }: { readonly version: number; readonly resealed: number; readonly by: Actor },
): readonly number[] {
  return transact(database, () => {
    const needed = versionsInUse(database);
    const content = file.read();
    const gone = Object.keys(content).filter((name) => {
      const one = versionOf(name);
      return one !== undefined && one !== version && !needed.has(one);
    });
    const forget = database.prepare('delete from key_checks where purpose = ?');
    for (const name of gone) forget.run(name);
    const removed = gone.flatMap((name) => versionOf(name) ?? []).sort((one, other) => one - other);
    audit.write({
      organization: 'default',
      actor: by,
      action: 'keys.rotated',
      target: { kind: 'keys', id: 'vault', name: 'vault' },
      after: { version, resealed, removed: [...removed] },
    });
    const kept = Object.entries(content).filter(([name]) => !gone.includes(name));
    if (gone.length > 0) file.write(Object.fromEntries(kept));
    return removed;
  });
}

function countOf(database: Database, version: number): number {
  const counts = SEALED_COLUMNS.map(({ column, table }) =>
    database
      .prepare<{ count: number }>(
        `select count(*) as count from ${table} where ${column} is not null and hex(substr(${column}, 2, 2)) = ?`,
      )
      .get(hexOf(version)),
  );
  return counts.reduce((sum, found) => sum + (found?.count ?? 0), 0);
}

/** As SQLite's `hex` writes two bytes. */
const hexOf = (version: number): string => version.toString(16).toUpperCase().padStart(4, '0');
