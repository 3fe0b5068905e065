/**
 * Nouns of the store whose SQL is written once for all backends: work that yields built statements (`work.ts`). Knows no
 * driver, no file and no connection; what only one backend has stands with it.
 */
export { AuditChain, type AuditChainOptions } from './audit-chain.ts';
export { Desk, LAST_ID } from './desk.ts';
export {
  callerOf,
  callerText,
  decodeEntry,
  decodeOutcome,
  encodeDecision,
  type LogRecord,
} from './log-rows.ts';
export { type MembersAtOnce, memberOf, openPeople, readersOf } from './people/index.ts';
export { openPolicies } from './policies/index.ts';
export type { SqlRoom } from './room.ts';
export { SqlServers } from './servers.ts';
export * from './tables.ts';
export { activeWebhooks, openWebhooks, type WebhooksAtOnce } from './webhooks.ts';
export * from './work.ts';
export { tableWritten, Writes } from './writes.ts';
