/**
 * A data directory as one file, and back: written beside a running gateway, checked before anything is replaced. Reads and
 * writes files and its own connections; runs in a process that may wait, never in a gateway's.
 */

export { type RestoreOptions, type RestoreReport, restoreBackup } from './restore.ts';
export { type BackupReport, type WriteBackupOptions, writeBackup } from './write.ts';
