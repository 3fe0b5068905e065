import { join } from 'node:path';
import { StoreError } from '../contract.ts';
import { type Database, isSqliteError, openDatabase } from './driver.ts';
import { prepareFile, type Warn } from './files.ts';

export const LOCK_FILE = 'boomgate.lock';

/**
 * Keeps a second gateway away from the directory: counters are held in memory, so two would each admit a full
 * limit. An SQLite lock rather than a file with a process id, because the system lets go of it when the process dies.
 */
export function lockDirectory(directory: string, warn: Warn): Database {
  const file = join(directory, LOCK_FILE);
  prepareFile(file, warn);
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 0 });
  try {
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (!isSqliteError(error) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    const text = `another gateway is using the data directory ${directory}: stop it first, or choose another directory with --data`;
    throw new StoreError('locked', text, { cause: error });
  }
}
