/**
 * Grants: the rows, what of them is held in memory, and what the audit log is told. Judges nothing: whether a grant opens
 * something is for `identity`.
 */
export { SqliteGrants } from './grants.ts';
