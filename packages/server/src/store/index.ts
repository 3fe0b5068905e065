/**
 * What the gateway keeps: the decision log, counters, grants and the registries, behind the contract that every backend
 * meets. SQL, files and migrations live here; no policy, no protocol, no network.
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
export { type OpenStoreOptions, openStore, type StorePlace } from './open-store.ts';
export * from './remote/index.ts';
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

/** Loaded when it is called: threads of the catalogue need the driver alone, and start in a third of the time. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return (await import('./sqlite/open.ts')).openSqliteStore(options);
}

/** Loaded when they are called, too. */
export async function writeBackup(options: WriteBackupOptions): Promise<BackupReport> {
  return (await import('./sqlite/backup/index.ts')).writeBackup(options);
}
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  return (await import('./sqlite/backup/index.ts')).restoreBackup(options);
}

export async function rotateKeys(options: RotateKeysOptions): Promise<RotationReport> {
  return (await import('./sqlite/rotate-keys.ts')).rotateKeys(options);
}
export async function listKeys(options: KeysOptions): Promise<readonly KeyVersion[]> {
  return (await import('./sqlite/rotate-keys.ts')).listKeys(options);
}
export async function sealKeys(options: SealKeysOptions): Promise<{ readonly isSealed: boolean }> {
  return (await import('./sqlite/seal-keys.ts')).sealKeys(options);
}

export async function rotatePostgresKeys(options: RotatePostgresKeysOptions): Promise<RotationReport> {
  return (await import('./postgres/index.ts')).rotatePostgresKeys(options);
}
export async function listPostgresKeys(options: PostgresKeysOptions): Promise<readonly KeyVersion[]> {
  return (await import('./postgres/index.ts')).listPostgresKeys(options);
}
export async function sealPostgresKeys(options: SealPostgresKeysOptions): Promise<void> {
  return (await import('./postgres/index.ts')).sealPostgresKeys(options);
}
export async function postgresFacts(url: string): Promise<PostgresFacts> {
  return (await import('./postgres/index.ts')).postgresFacts(url);
}
export async function migratePostgres(url: string): Promise<readonly string[]> {
  return (await import('./postgres/index.ts')).migratePostgres(url);
}
export async function moveToPostgres(options: MoveOptions): Promise<void> {
  return (await import('./move.ts')).moveToPostgres(options);
}

export async function quickCheck(directory: string, bounds: QuickCheckBounds): Promise<QuickCheck> {
  return (await import('./sqlite/quick-check.ts')).quickCheck(directory, bounds);
}

export { type RedisFacts, type RedisFault, redisFacts, redisFaults } from './redis/facts.ts';
export { Seal } from './seal.ts';
// For the catalogue, which keeps a file of its own.
export { type Database, isSqliteError, openDatabase, type Statement, transact } from './sqlite/driver.ts';
export { toStoreError } from './sqlite/errors.ts';
export { prepareDirectory, prepareFile } from './sqlite/files.ts';
