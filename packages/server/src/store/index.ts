/**
 * What the gateway keeps: the decision log, counters, grants and the registries, behind the contract that every backend
 * meets. SQL, files and migrations live here; no policy, no protocol, no network.
 */
export * from './contract.ts';
export * from './export/index.ts';
export { keyedHash } from './keyed-hash.ts';
export {
  type BackupReport,
  type RestoreOptions,
  type RestoreReport,
  restoreBackup,
  type WriteBackupOptions,
  writeBackup,
} from './sqlite/backup/index.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/open.ts';
