/**
 * The audit log on SQLite: rows of administration in a chain of their own, written in the transaction of the change by
 * whichever process makes it. Knows no noun that is changed, and nothing of the way of a call.
 */
export { AuditWriter } from './writer.ts';
