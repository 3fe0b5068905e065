/**
 * The journal of several replicas. Each group is one transaction under a lock that all replicas take in turn: it reads what others
 * changed of the counters that it looks at, is judged in memory as on one machine, and is written as one statement.
 */
export { databaseName } from './epoch.ts';
export { openJournal, openLedgerClock, type PostgresJournal } from './open.ts';
export { toStoredKey } from './stored-key.ts';
