/**
 * What the gateway keeps: the decision log, counters, grants and the registries, behind the contract that every backend
 * meets. SQL, files and migrations live here; no policy, no HTTP, and no network but to a database
 * and a Redis of its own.
 */
import type { Store } from './contract.ts';
import type { KeyVersion, RotationReport } from './keys/index.ts';
import type { MoveOptions } from './move.ts';
import type {
  PostgresFacts,
  PostgresKeysOptions,
  RotatePostgresKeysOptions,
  SealPostgresKeysOptions,
} from './postgres/index.ts';
import type {
  BackupReport,
  RestoreOptions,
  RestoreReport,
  WriteBackupOptions,
} from './sqlite/backup/index.ts';
import type { SqliteStoreOptions } from './sqlite/open.ts';
import type { QuickCheck, QuickCheckBounds } from './sqlite/quick-check.ts';
import type { KeysOptions, RotateKeysOptions } from './sqlite/rotate-keys.ts';
import type { SealKeysOptions } from './sqlite/seal-keys.ts';

export * from './contract.ts';
export * from './export/index.ts';
export { makeFolder } from './folder.ts';
export { keyedHash } from './keyed-hash.ts';
export { membersOf } from './members-of.ts';
export { newestOffered } from './newest-offered.ts';
export { openStore, type StorePlace } from './open-store.ts';
export { isPolicyFor, policyFor } from './policy-for.ts';
export * from './remote/index.ts';
export { acceptanceCode, openFindings } from './sql/chain/acceptances.ts';
export type {
  BackupReport,
  KeysOptions,
  KeyVersion,
  MoveOptions,
  PostgresFacts,
  PostgresKeysOptions,
  RestoreOptions,
  RestoreReport,
  RotateKeysOptions,
  RotatePostgresKeysOptions,
  RotationReport,
  SealKeysOptions,
  SealPostgresKeysOptions,
  SqliteStoreOptions,
  WriteBackupOptions,
};

// What follows is loaded when it is called: threads of the catalogue need the driver alone, and start in a third of the time.

/** As in `sqlite/open.ts`. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return (await import('./sqlite/open.ts')).openSqliteStore(options);
}

/** As in `sqlite/backup/write.ts`. */
export async function writeBackup(options: WriteBackupOptions): Promise<BackupReport> {
  return (await import('./sqlite/backup/index.ts')).writeBackup(options);
}

/** As in `sqlite/backup/restore.ts`. */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  return (await import('./sqlite/backup/index.ts')).restoreBackup(options);
}

/** As in `sqlite/rotate-keys.ts`. */
export async function rotateKeys(options: RotateKeysOptions): Promise<RotationReport> {
  return (await import('./sqlite/rotate-keys.ts')).rotateKeys(options);
}

/** As in `sqlite/rotate-keys.ts`. */
export async function listKeys(options: KeysOptions): Promise<readonly KeyVersion[]> {
  return (await import('./sqlite/rotate-keys.ts')).listKeys(options);
}

/** As in `sqlite/seal-keys.ts`. */
export async function sealKeys(options: SealKeysOptions): Promise<{ readonly isSealed: boolean }> {
  return (await import('./sqlite/seal-keys.ts')).sealKeys(options);
}

/** As in `postgres/rotate-keys.ts`. */
export async function rotatePostgresKeys(options: RotatePostgresKeysOptions): Promise<RotationReport> {
  return (await import('./postgres/index.ts')).rotatePostgresKeys(options);
}

/** As in `postgres/rotate-keys.ts`. */
export async function listPostgresKeys(options: PostgresKeysOptions): Promise<readonly KeyVersion[]> {
  return (await import('./postgres/index.ts')).listPostgresKeys(options);
}

/** As in `postgres/seal-keys.ts`. */
export async function sealPostgresKeys(options: SealPostgresKeysOptions): Promise<void> {
  return (await import('./postgres/index.ts')).sealPostgresKeys(options);
}

/** As in `postgres/facts.ts`. */
export async function postgresFacts(url: string): Promise<PostgresFacts> {
  return (await import('./postgres/index.ts')).postgresFacts(url);
}

/** As in `postgres/migrate.ts`. */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  return (await import('./postgres/index.ts')).migratePostgres(url);
}

/** As in `move.ts`. */
export async function moveToPostgres(options: MoveOptions): Promise<void> {
  return (await import('./move.ts')).moveToPostgres(options);
}

/** What is wrong with a directory that has keys, and no database or an empty one; nothing of any other. */
export async function keysAlone(directory: string): Promise<string | undefined> {
  return (await import('./sqlite/keys-file.ts')).keysAlone(directory);
}

/** As in `sqlite/quick-check.ts`. */
export async function quickCheck(directory: string, bounds: QuickCheckBounds): Promise<QuickCheck> {
  return (await import('./sqlite/quick-check.ts')).quickCheck(directory, bounds);
}

export { type RedisFacts, redisFacts, redisFaults } from './redis/facts.ts';
export { Seal } from './seal.ts';
// For the catalogue, which keeps a file of its own.
export { type Database, isSqliteError, openDatabase, type Statement, transact } from './sqlite/driver.ts';
export { toStoreError } from './sqlite/errors.ts';
export { prepareDirectory, prepareFile } from './sqlite/files.ts';
