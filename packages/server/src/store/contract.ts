import type { AccessRequests } from './contract/access-requests.ts';
import type { AgentSignIns } from './contract/agent-sign-ins.ts';
import type { Approvals, Waiting } from './contract/approvals.ts';
import type { AuditLog } from './contract/audit.ts';
import type { DecisionLog } from './contract/decisions.ts';
import type { Endings } from './contract/endings.ts';
import type { GatewayAddress } from './contract/gateway-address.ts';
import type { Grants } from './contract/grants.ts';
import type { CallJournal, Journal } from './contract/journal.ts';
import type { Outbox } from './contract/outbox.ts';
import type { People } from './contract/people.ts';
import type { PolicyVersions } from './contract/policies.ts';
import type { Secrets, Vault } from './contract/secrets.ts';
import type { ServerSignIns } from './contract/server-sign-ins.ts';
import type { ServerRegistry } from './contract/servers.ts';
import type { EndedSessions } from './contract/sessions.ts';
import type { Stats } from './contract/stats.ts';
import type { ToolSnapshots } from './contract/tools.ts';
import type { StoredWebhooks } from './contract/webhooks.ts';

export type * from './contract/access-requests.ts';
export type * from './contract/account-changes.ts';
export type * from './contract/act.ts';
export * from './contract/actor.ts';
export type * from './contract/agent-sign-ins.ts';
export type * from './contract/api-keys.ts';
export type * from './contract/approvals.ts';
export type * from './contract/audit.ts';
export type * from './contract/decisions.ts';
export type * from './contract/directory.ts';
export type * from './contract/endings.ts';
export * from './contract/errors.ts';
export type * from './contract/gateway-address.ts';
export type * from './contract/grants.ts';
export * from './contract/journal.ts';
export * from './contract/outbox.ts';
export type * from './contract/over.ts';
export type * from './contract/page-start.ts';
export type * from './contract/passkeys.ts';
export type * from './contract/password-resets.ts';
export * from './contract/people.ts';
export type * from './contract/policies.ts';
export * from './contract/secrets.ts';
export type * from './contract/server-sign-ins.ts';
export type * from './contract/servers.ts';
export type * from './contract/sessions.ts';
export type * from './contract/sign-on.ts';
export * from './contract/stats.ts';
export type * from './contract/tools.ts';
export * from './contract/webhooks.ts';

/** What the data plane asks of a store: of its own process at once, of another one with a wait. */
export type CallStore = {
  readonly journal: CallJournal;
  readonly grants: Pick<Grants, 'findByTokenHash' | 'findByAccessHash'> & { refresh(): void | Promise<void> };
  readonly sessions: Pick<EndedSessions, 'end' | 'isEnded'>;
  readonly approvals: Pick<Approvals, 'withdraw' | 'find' | 'get'>;
};

/**
 * What the rest of the server may ask of a store. One conformance suite holds every backend to these comments.
 * All methods reject with `StoreError` when the backend cannot answer; nothing is ever half done.
 */
export interface Store extends AsyncDisposable {
  readonly journal: Journal;
  readonly decisions: DecisionLog;
  readonly stats: Stats;
  readonly audit: AuditLog;
  readonly grants: Grants;
  readonly accessRequests: AccessRequests;
  readonly endings: Endings;
  readonly agentSignIns: AgentSignIns;
  readonly servers: ServerRegistry;
  readonly serverSignIns: ServerSignIns;
  readonly policies: PolicyVersions;
  readonly sessions: EndedSessions;
  readonly tools: ToolSnapshots;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly approvals: Approvals;
  readonly outbox: Outbox;
  readonly webhooks: StoredWebhooks;
  readonly people: People;
  readonly gatewayAddress: GatewayAddress;
  /**
   * A function that says whether servers, policies, or which agents are stopped may have changed since it was last called, also by another
   * process. Of what none but this process writes it need not say so.
   */
  watchRegistries(): () => boolean | Promise<boolean>;
  /** The time that limits go by, in milliseconds since the epoch: no step of a wall clock moves it, and of replicas it is that of their database. */
  nowMs(): number;
  /** Rejects when the backend cannot be read and written now. */
  ping(): Promise<void>;
  /** How much it holds and has to do, for whoever measures it. */
  load(): Promise<StoreLoad>;
}

export type StoreLoad = {
  /** Entries that wait for the journal's next commit. */
  readonly journal: number;
  /** Grants in memory, those that ended among them. */
  readonly grants: number;
  /** Approvals that nobody has decided, of all organisations. */
  readonly approvals: Waiting;
  /** False while the Redis that counts for limits cannot be used. */
  readonly countsLimits: boolean;
};
