import { join, resolve } from 'node:path';
import type { Clock } from '../../limits/index.ts';
import type { Actor } from '../contract.ts';
import {
  describeVersions,
  type KeyVersion,
  keyName,
  newKeys,
  type RotationReport,
  rotationAct,
  type StoredKeyRing,
  versionToMake,
  withoutUnneeded,
} from '../keys/index.ts';
import { AuditChain, resealAll, textsByVersion } from '../sql/index.ts';
import { type Database, openDatabase, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE, refuseUnusable, requireMade } from './files.ts';
import { openKeys } from './key-checks.ts';
import { dropDrafts, type KeysFile, keysFileIn } from './keys-file.ts';
import { lockKeys } from './lock.ts';
import { requireSchema } from './migrate.ts';
import { runNow } from './run.ts';

const BUSY_MS = 5_000;

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

type Keys = {
  readonly database: Database;
  readonly ring: StoredKeyRing;
  readonly audit: AuditChain;
  readonly file: KeysFile;
};

/** The versions of the vault's master key, oldest first. Rejects with `StoreError`. */
export async function listKeys({ directory, ...options }: KeysOptions): Promise<readonly KeyVersion[]> {
  return withKeys({ ...options, directory: resolve(directory), readOnly: true }, ({ database, ring }) => {
    return describeVersions(ring.versions(), runNow(database, textsByVersion()));
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
    dropDrafts(directory);
    return await withKeys({ ...options, directory, readOnly: false }, async (keys) => {
      const resumed = !addsKey(keys, directory);
      const version = keys.ring.current;
      const resealed = await resealAll({
        ring: keys.ring,
        write: async (work) => transact(keys.database, () => runNow(keys.database, work())),
        onStep: options.onStep,
      });
      const removed = removeOlder(keys, { version, resealed, by: options.by });
      return { version, resealed, removed, resumed };
    });
  } finally {
    lock.close();
  }
}

export function existingOf(directory: string): string {
  refuseUnusable(directory);
  requireMade(join(directory, DATABASE_FILE));
  return directory;
}

export async function withKeys<Result>(
  { clock, directory, masterKey, readOnly }: KeysOptions & { readonly readOnly: boolean },
  work: (keys: Keys) => Result | Promise<Result>,
): Promise<Result> {
  const file = join(existingOf(directory), DATABASE_FILE);
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly, busyTimeoutMs: BUSY_MS });
    if (!readOnly) database.pragma('journal_mode = wal');
    requireSchema(database, file);
    const keysFile = keysFileIn(directory, masterKey);
    const { ring, secrets } = openKeys(database, keysFile, { directory, may: readOnly ? 'look' : 'note' });
    const audit = new AuditChain({ clock, key: () => secrets.key('log-seal') });
    return await work({ database, ring, audit, file: keysFile });
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    database?.close();
  }
}

/**
 * False where an earlier rotation was interrupted. The file first: whoever seals from now on takes the new key, and it is there before
 * anything needs it.
 */
function addsKey({ database, file }: Keys, directory: string): boolean {
  const content = file.read();
  const version = versionToMake(content);
  if (version === undefined) return false;
  file.write({ ...content, ...newKeys([keyName(version)]) });
  openKeys(database, file, { directory, may: 'note' });
  return true;
}

/** In one transaction, in which nobody can seal: what nothing needs any more is forgotten, and the act is noted. */
function removeOlder(
  { audit, database, file }: Keys,
  { by, ...done }: Pick<RotationReport, 'version' | 'resealed'> & { readonly by: Actor },
): readonly number[] {
  return transact(database, () => {
    const texts = runNow(database, textsByVersion());
    const { gone, kept, removed } = withoutUnneeded(file.read(), texts);
    const forget = database.prepare('delete from key_checks where purpose = ?');
    for (const name of gone) forget.run(name);
    runNow(database, audit.note(rotationAct(by, { ...done, removed })));
    if (gone.length > 0) file.write(kept);
    return removed;
  });
}
