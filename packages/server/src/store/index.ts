/**
 * What the gateway keeps: the decision log, counters, grants and the registries, behind the contract that every backend
 * meets. SQL, files and migrations live here; no policy, no protocol, no network.
 */
import type { Store } from './contract.ts';
import type { SqliteStoreOptions } from './sqlite/open.ts';

export * from './contract.ts';
export { keyedHash } from './keyed-hash.ts';
export type { SqliteStoreOptions };

/** Loaded when it is called: threads of the catalogue need the driver alone, and start in a third of the time. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return (await import('./sqlite/open.ts')).openSqliteStore(options);
}

// For the catalogue, which keeps a file of its own.
export { type Database, isSqliteError, openDatabase, type Statement, transact } from './sqlite/driver.ts';
export { toStoreError } from './sqlite/errors.ts';
export { prepareDirectory, prepareFile } from './sqlite/files.ts';
