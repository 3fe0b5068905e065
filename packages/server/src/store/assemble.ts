import type { EndedSessions, Secrets, Store, Vault } from './contract.ts';
import { CLOSED_JOURNAL, type QueuedJournal } from './journal/index.ts';
import {
  type ApprovalTable,
  type LogOptions,
  openAccessRequests,
  openEndings,
  openGatewayAddress,
  openPeople,
  openPolicies,
  openWebhooks,
  type RecentDecisions,
  type ReplicaAddresses,
  SqlAgentSignIns,
  SqlApprovals,
  SqlAuditLog,
  SqlDecisionLog,
  type SqlExecutor,
  type SqlGrants,
  SqlOutbox,
  SqlServerSignIns,
  SqlServers,
  SqlStats,
  SqlTools,
} from './sql/index.ts';

/** What only the backend of a store has, or knows how to do. */
type Backend = Pick<Store, 'nowMs' | 'watchRegistries'> & {
  readonly executor: SqlExecutor;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly grants: SqlGrants;
  readonly sessions: EndedSessions;
  /** Undefined where this process is no gateway. */
  readonly journal: QueuedJournal | undefined;
  /** With which the journal writes. */
  readonly approvals: ApprovalTable;
  /** What the journal has written. */
  readonly recent: RecentDecisions;
  readonly logs: Pick<LogOptions, 'erasing' | 'forgotten' | 'verifyLong'>;
  /** As in `OutboxOptions`. */
  readonly leaseMs: number;
  /** Undefined where one gateway has the store to itself. */
  readonly replicas?: ReplicaAddresses;
  readonly countsLimits: () => boolean;
  /** `hasFailed`: the last transaction of the journal could not be written. */
  readonly ping: (hasFailed: boolean) => Promise<void>;
  /** Ends the journal, and then what else is open. */
  readonly close: () => Promise<void>;
};

/** A store out of what its backend has: all repositories are the same on each. */
export function assembleStore(backend: Backend): Store {
  const { grants, journal, leaseMs, nowMs, executor, secrets } = backend;
  const logs = { ...backend.logs, executor, sealKey: () => secrets.key('log-seal') };
  const approvals = new SqlApprovals({ executor, table: backend.approvals, nowMs });
  const stats = new SqlStats(executor, backend.recent);
  let isDisposed = false;
  return {
    journal: journal ?? CLOSED_JOURNAL,
    decisions: new SqlDecisionLog(logs),
    stats,
    audit: new SqlAuditLog(logs),
    grants,
    accessRequests: openAccessRequests(executor, grants),
    endings: openEndings(executor),
    agentSignIns: new SqlAgentSignIns(executor, nowMs),
    servers: new SqlServers(executor),
    serverSignIns: new SqlServerSignIns(executor, nowMs),
    policies: openPolicies(executor),
    sessions: backend.sessions,
    tools: new SqlTools(executor),
    secrets,
    vault: backend.vault,
    approvals,
    outbox: new SqlOutbox({ executor, nowMs, leaseMs }),
    webhooks: openWebhooks(executor),
    people: openPeople(executor, nowMs),
    gatewayAddress: openGatewayAddress(executor, backend.replicas),
    watchRegistries: backend.watchRegistries,
    nowMs,
    ping: () => backend.ping(journal?.hasFailed === true),
    load: async () => ({
      journal: journal?.waiting ?? 0,
      grants: grants.size,
      approvals: await approvals.waiting(),
      countsLimits: backend.countsLimits(),
    }),
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      await stats[Symbol.asyncDispose]();
      await backend.close();
    },
  };
}
