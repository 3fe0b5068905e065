/**
 * Grants: the rows, the copy of them in memory, and what the audit log is told. Judges nothing: whether a grant opens something is for
 * `identity`.
 */
export { SqlGrants } from './grants.ts';
export { changeOwner } from './owners.ts';
export { removeGrantsOf } from './remove.ts';
