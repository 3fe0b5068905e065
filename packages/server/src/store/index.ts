/**
 * What the gateway keeps: the decision log, counters, grants and the registries, behind the contract that every backend
 * meets. SQL, files and migrations live here; no policy, no protocol, no network.
 */
export * from './contract.ts';
export { keyedHash } from './keyed-hash.ts';
export { Seal } from './seal.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/open.ts';
