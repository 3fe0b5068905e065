/**
 * Repositories of the store whose SQL is written once for all backends: work that yields built statements (`work.ts`). Knows no
 * driver, no file and no connection; what only one backend has stands with it.
 */

export { openAccessRequests } from './access-requests.ts';
export { SqlAgentSignIns } from './agent-sign-ins.ts';
export { ApprovalTable, SqlApprovals } from './approvals/index.ts';
export { AuditChain } from './audit-chain.ts';
export { acceptanceCode } from './chain/acceptances.ts';
export { verifyDecisions } from './chain/stored.ts';
export { openEndings } from './endings.ts';
export type { Snapshot, SqlExecutor } from './executor.ts';
export { openGatewayAddress, type ReplicaAddresses } from './gateway-address.ts';
export { SqlGrants } from './grants/index.ts';
export { isSame } from './link.ts';
export { CALLER_COLUMNS, callerOf, callerText, callerValues, encodeDecision } from './log-rows.ts';
export { type LogOptions, SqlAuditLog, SqlDecisionLog } from './logs/index.ts';
export { SqlOutbox } from './outbox.ts';
export { openPeople, removed, stopped } from './people/index.ts';
export { openPolicies } from './policies/index.ts';
export { resealAll, textsByVersion } from './sealed-texts.ts';
export { SqlServerSignIns } from './server-sign-ins.ts';
export { restarts, SqlServers } from './servers.ts';
export { openSessions, sessionsIn } from './sessions.ts';
export { RecentDecisions, SqlStats } from './stats/index.ts';
export * from './tables.ts';
export { SqlTools } from './tools.ts';
export { openWebhooks } from './webhooks.ts';
export * from './work.ts';
export { tableWritten, Writes } from './writes.ts';
