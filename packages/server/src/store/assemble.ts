import type { EndedSessions, Secrets, Store, Vault } from './contract.ts';
import { CLOSED_JOURNAL, type QueuedJournal } from './journal/index.ts';
import {
  type ApprovalTable,
  type LogOptions,
  openGatewayAddress,
  openPeople,
  openPolicies,
  openWebhooks,
  type RecentDecisions,
  SqlAgentSignIns,
  SqlApprovals,
  SqlAuditLog,
  SqlDecisionLog,
  type SqlGrants,
  SqlOutbox,
  type SqlRoom,
  SqlServerSignIns,
  SqlServers,
  SqlStats,
  SqlTools,
} from './sql/index.ts';

/** What only the backend of a store has, or knows how to do. */
type Backend = Pick<Store, 'nowMs' | 'watchRegistries'> & {
  readonly room: SqlRoom;
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
  readonly deletion: Pick<LogOptions, 'erasing' | 'forgotten'>;
  /** As in `OutboxOptions`. */
  readonly leaseMs: number;
  readonly countsLimits: () => boolean;
  /** `hasFailed`: the last transaction of the journal could not be written. */
  readonly ping: (hasFailed: boolean) => Promise<void>;
  /** Ends the journal, and then what else is open. */
  readonly close: () => Promise<void>;
};

/** A store out of what its backend has: all nouns are the same on each. */
export function assembleStore(backend: Backend): Store {
  const { grants, journal, leaseMs, nowMs, room, secrets } = backend;
  const logs = { ...backend.deletion, room, sealKey: () => secrets.key('log-seal') };
  const approvals = new SqlApprovals({ room, table: backend.approvals, nowMs });
  const stats = new SqlStats(room, backend.recent);
  let isDisposed = false;
  return {
    journal: journal ?? CLOSED_JOURNAL,
    decisions: new SqlDecisionLog(logs),
    stats,
    audit: new SqlAuditLog(logs),
    grants,
    agentSignIns: new SqlAgentSignIns(room, nowMs),
    servers: new SqlServers(room),
    serverSignIns: new SqlServerSignIns(room, nowMs),
    policies: openPolicies(room),
    sessions: backend.sessions,
    tools: new SqlTools(room),
    secrets,
    vault: backend.vault,
    approvals,
    outbox: new SqlOutbox({ room, nowMs, leaseMs }),
    webhooks: openWebhooks(room),
    people: openPeople(room, nowMs),
    gatewayAddress: openGatewayAddress(room),
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
