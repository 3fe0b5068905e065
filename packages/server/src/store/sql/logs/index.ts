/** The two logs as they are read, checked and shortened. Writes no row of its own but that of the audit log which says so. */
export { SqlAuditLog } from './audit-log.ts';
export { SqlDecisionLog } from './decision-log.ts';
export type { LogOptions } from './options.ts';
