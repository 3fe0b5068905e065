import { dirname, join } from 'node:path';
import { StoreError } from '../contract.ts';
import { type Database, isSqliteError, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { prepareFile, refuseFile, type Warn } from './files.ts';

export const LOCK_FILE = 'boomgate.lock';
/** Held while the keys must not change. */
const KEYS_LOCK_FILE = 'keys.lock';

/**
 * Keeps a second gateway away from the directory: counters are held in memory, so two would each admit a full
 * limit.
 */
export function lockDirectory(directory: string, warn: Warn): Database {
  const taken = `another gateway is using the data directory ${directory}: stop it first, or choose another directory with --data`;
  return lockFile(join(directory, LOCK_FILE), taken, warn);
}

/** Keeps the file of keys as it is: for a backup, and for what changes the keys itself. */
export function lockKeys(directory: string): Database {
  const taken = `a backup of ${directory}, or a rotation of its keys, is under way: wait until it is done`;
  return lockFile(join(directory, KEYS_LOCK_FILE), taken, () => undefined);
}

/** An SQLite lock rather than a file with a process id, because the system lets go of it when the process dies. */
function lockFile(file: string, taken: string, warn: Warn): Database {
  refuseFile(dirname(file));
  prepareFile(file, warn);
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly: false, busyTimeoutMs: 0 });
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database?.close();
    if (!isSqliteError(error) || !error.code.startsWith('SQLITE_BUSY')) throw toStoreError(error, file);
    throw new StoreError('locked', taken, { cause: error });
  }
}
