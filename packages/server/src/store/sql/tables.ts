import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { PeopleTables } from './people/tables.ts';

/** The tables as migrations leave them; `schema.txt` beside the migrations is held equal by a test. */
export type Tables = PeopleTables & {
  callers: CallerRecord;
  decisions: DecisionRecord;
  outcomes: OutcomeRecord;
  grants: GrantTableRecord;
  servers: ServerTableRecord;
  server_sign_ins: ServerSignInTableRecord;
  agent_sign_ins: AgentSignInTableRecord;
  policy_versions: PolicyVersionRecord;
  policies: { organization: string; name: string; server: string | null; version: number };
  policy_proposals: PolicyProposalRecord;
  access_requests: AccessRequestRecord;
  told_ends: { kind: string; id: string; ends_at: number };
  chain_marks: MarkRecord;
  chain_head: MarkRecord & { id: number };
  ended_sessions: { id: string; forget_at: number };
  tool_snapshots: ToolRecord;
  audit: AuditRecord;
  audit_head: MarkRecord & { id: number };
  chain_checkpoints: CheckpointRecord;
  key_checks: { purpose: string; value: string };
  approvals: ApprovalTableRecord;
  /** Of all kinds; the name is from when there were no others. */
  approval_events: { id: string; kind: string; at: number; record: string };
  deliveries: DeliveryRecord;
  webhooks: WebhookTableRecord;
  grant_changes: { id: number; newest: number; removed: number; expired: number };
  /** Grants that were deleted because they had been over for long, with the number of that change. */
  expired_grants: { number: number; grant_id: string; at: number };
  tallies: TallyRecord;
  grant_uses: GrantUseRecord;
  tally_cursor: { id: number; cursor: number };
  gateway_address: { id: number; url: string };
};

export type PolicyVersionRecord = {
  organization: string;
  name: string;
  version: number;
  sha256: Uint8Array;
  text: string;
  origin: string;
  /** JSON of who made it; empty where that was not kept. */
  author: string;
  note: string;
  created_at: number;
};

export type PolicyProposalRecord = {
  id: string;
  organization: string;
  state: string;
  text: string;
  /** JSON of everything else. */
  record: string;
};

export type AccessRequestRecord = {
  id: string;
  organization: string;
  person: string;
  state: string;
  /** JSON of everything else. */
  record: string;
};

type ApprovalTableRecord = {
  id: string;
  binding: string;
  call: string;
  grant_id: string;
  state: string;
  asked_at: number;
  /** When something has to be done about it: it expires, its arguments or itself are to be forgotten. */
  due_at: number | null;
  /** JSON of the whole approval. */
  record: string;
  /** Sealed; null once forgotten. */
  arguments: Uint8Array | null;
};

export type DeliveryRecord = {
  id: string;
  url: string;
  kind: string;
  approval: string;
  body: string;
  created_at: number;
  state: string;
  attempts: number;
  last: string;
  /** When it is tried, or forgotten once it is over. */
  next_at: number | null;
  /** Empty in rows from before there were others than those of the file. */
  webhook: string;
  organization: string;
};

export type WebhookTableRecord = {
  id: string;
  organization: string;
  name: string;
  kind: string;
  /** JSON. */
  events: string;
  state: string;
  /** Sealed by the vault, as is `secret`. */
  url: Uint8Array;
  secret: Uint8Array;
  created_at: number;
};

export type ServerTableRecord = {
  id: string;
  organization: string;
  slug: string;
  /** JSON without secrets; null where no more than the id is known. */
  entry: string | null;
  /** JSON of names and fingerprints. */
  credentials: string | null;
  /** What is secret, as one text; null where nothing is. */
  sealed: Uint8Array | null;
  /** Grows with every change, also over a removal. */
  version: number;
  created_at: number | null;
  changed_at: number | null;
  /** When the gateway signed in at it; 0: it is not signed in. */
  signed_in_at: number;
  /** How often people had it started anew. */
  restarts: number;
};

export type ServerSignInTableRecord = {
  /** The id of the server. */
  server: string;
  organization: string;
  /** `begun`, `connected` or `needs_sign_in`. */
  state: string;
  /** JSON of what may be shown. */
  facts: string;
  /** Sealed by the vault, as are the tokens. */
  client: Uint8Array | null;
  tokens: Uint8Array | null;
  ends_at: number | null;
  /** Grows with every change. */
  version: number;
  /** Until then whoever has claimed it renews the tokens. */
  lease_until: number;
};

export type AgentSignInTableRecord = {
  kind: string;
  /** SHA-256 in hex. */
  key_hash: string;
  sign_in: string | null;
  grant_id: string | null;
  /** Sealed by the vault. */
  content: Uint8Array;
  ends_at: number;
  used_at: number | null;
  person: string | null;
};

/** Hash and seal in hex. */
export type MarkRecord = { link: number; hash: string; seal: string };

export type AuditRecord = {
  link: number;
  /** JSON of the act, its time and who did it. */
  entry: string;
  hash: string;
  seal: string;
};

/** The last row of a chain that was deleted. */
export type CheckpointRecord = {
  chain: string;
  link: number;
  hash: string;
  cursor: number;
  /** JSON of how much was deleted, when and by whom. */
  entry: string;
  seal: string;
};

/** Who asked, on which terms: the same for all calls of a session, so it is kept once. */
export type CallerRecord = {
  id: number;
  organization: string;
  server: string;
  grant_id: string;
  grant_name: string;
  session: string;
  era: string;
  protocol: string;
  client: string;
  policy: string;
  policy_version: number;
  mode: string;
};

export type DecisionRecord = {
  cursor: number;
  caller: number;
  /** JSON of everything in a decision that is not about the caller. */
  entry: string;
  /** Null in rows from before there was this chain. */
  link: number | null;
  hash: string | null;
};

type OutcomeRecord = {
  decision: number;
  /** JSON of the outcome. */
  entry: string;
  link: number | null;
  hash: string | null;
};

export type GrantTableRecord = {
  id: string;
  organization: string;
  name: string;
  server: string;
  policy: string | null;
  labels: string;
  mode: string;
  state: string;
  expires_at: number | null;
  created_at: number;
  origin: string;
  token_hash: Uint8Array;
  /** JSON of the members of a stack grant. */
  stack: string | null;
  owner: string | null;
  /** The token, where it can be revealed. */
  sealed_token: Uint8Array | null;
  /** Of the token before the last rotation, and until when it holds. */
  previous_hash: Uint8Array | null;
  previous_until: number | null;
  /** JSON of the tokens that agents got by signing in; null where there are none. */
  access_tokens: string | null;
  /** 1 or 0. */
  owner_may_sign_in: number;
  /** JSON of where it is used from; null: anywhere. */
  networks: string | null;
  /** When it was first known to be over; of one that is not, null or without a meaning. */
  ended_at: number | null;
  /** Number of the change that wrote the row. */
  changed: number;
};

/** How many decisions of one kind there were in a stretch of time that is `width` milliseconds long. */
type TallyRecord = {
  organization: string;
  kind: string;
  width: number;
  at: number;
  first: string;
  second: string;
  count: number;
};

/** When a grant was last used, to the hour. */
type GrantUseRecord = { grant_id: string; at: number };

export type ToolRecord = {
  organization: string;
  server: string;
  tool: string;
  fingerprint: string;
  /** JSON, as is `classification`. */
  definition: string;
  classification: string;
  state: string;
  /** 1 or 0. */
  offered: number;
  first_seen_at: number;
  seen_at: number;
  decided_at: number | null;
  decided_by: string | null;
};

/** Sorts after every id: they are UUIDs of version 7, which sort by time, in hexadecimal digits. */
export const LAST_ID = 'g';

/** Builds SQL and runs nothing; what it is compiled to is up to the backend. */
export const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
