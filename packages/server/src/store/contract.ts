import type { Demand, JsonObject, Outcome, ReserveResult, Step, Usage } from '@boomgate/engine';
import type { Approval, ApprovalAsk, Taking } from '../approvals/index.ts';
import type { Approvals } from './approvals-contract.ts';
import type { Outbox } from './outbox-contract.ts';

export type * from './approvals-contract.ts';
export type * from './outbox-contract.ts';

import type { People } from './people.ts';

export * from './people.ts';

/**
 * What the rest of the server may ask of a store. One conformance suite holds every backend to these comments.
 * All methods reject with `StoreError` when the backend cannot answer; nothing is ever half done.
 */
export interface Store extends AsyncDisposable {
  readonly journal: Journal;
  readonly decisions: DecisionLog;
  readonly audit: AuditLog;
  readonly grants: Grants;
  readonly servers: ServerRegistry;
  readonly policies: PolicyVersions;
  readonly sessions: EndedSessions;
  readonly tools: ToolSnapshots;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly approvals: Approvals;
  readonly outbox: Outbox;
  readonly people: People;
  /** Rejects when the backend cannot be read and written now. */
  ping(): Promise<void>;
}

/**
 * The single writer. What the requests of one turn of the event loop want written — reservations, records of
 * intent, outcomes of earlier calls — goes into one transaction (gateway §11).
 */
export interface Journal {
  /**
   * Takes all `demands` or none, then writes the row that `describe` makes of the answer, in one commit.
   * Resolves after the commit, so a call may be forwarded as soon as this returns. If the commit fails nothing
   * is taken and the promise rejects: no call without a record.
   */
  admit(demands: readonly Demand[], describe: (result: ReserveResult) => DecisionRow): Promise<Admission>;
  /**
   * `admit` for a call that an approval lets through, which is used by the same commit: both or neither. Undefined when the
   * approval lets no call through (any more); then nothing was taken and no row written. A refusing limit leaves it as it is.
   */
  admitApproved(
    use: ApprovalUse,
    demands: readonly Demand[],
    describe: (result: ReserveResult) => DecisionRow,
  ): Promise<Admission | undefined>;
  /**
   * Asks for an approval, or joins the one that there is for this very call, and writes the row that `describe` makes of it,
   * in one commit. The canonical arguments are sealed, for approvers alone. `full`: as many calls of the grant wait as may.
   */
  ask(ask: ApprovalAsk, args: string, describe: (asked: Asked) => DecisionRow): Promise<Asked>;
  /** Looks at the demands without taking anything. */
  peek(demands: readonly Demand[]): Promise<ReserveResult>;
  /** Writes a row for a request that takes nothing. Resolves after the commit. */
  record(row: DecisionRow): Promise<void>;
  /** Keeps or gives back, exactly, what was taken, and writes the outcome with the next commit. Idempotent. */
  settle(admission: Admission, fate: 'kept' | 'given_back', outcome: OutcomeRow): void;
  /** Resolves when everything queued so far is durable. */
  flush(): Promise<void>;
}

/** The approval that is to be used, and for whom. The time is the store's. */
export type ApprovalUse = Omit<Taking, 'nowMs'> & { readonly id: string };

export type Asked =
  | { readonly kind: 'asked' | 'joined'; readonly approval: Approval }
  | { readonly kind: 'full' };

export type Admission = { readonly id: string; readonly result: ReserveResult };

/** One request, as decided (gateway §8). Never holds the value of an argument. */
export type DecisionRow = {
  /** UUIDv7. */
  readonly id: string;
  readonly atMs: number;
  readonly organization: string;
  readonly server: string;
  readonly grantId: string;
  readonly grantName: string;
  readonly session: string;
  readonly era: 'modern' | 'legacy';
  /** MCP revision that the agent speaks; empty when it did not say. */
  readonly protocol: string;
  /** Self-reported name and version, at most 128 characters each. */
  readonly client: string;
  readonly method: string;
  /** Tool, prompt name or resource URI; empty for methods that name nothing. */
  readonly target: string;
  readonly outcome: Outcome | 'malformed' | 'error' | 'served';
  readonly rule: string;
  readonly message: string;
  readonly policy: string;
  /** 0 when the grant has no policy. */
  readonly policyVersion: number;
  readonly trace: readonly Step[];
  readonly usage: readonly Usage[];
  /** Top-level keys of the arguments, sorted. */
  readonly argKeys: readonly string[];
  /** HMAC-SHA-256 of the canonical arguments with the organisation's key, hex; empty without arguments. */
  readonly argsHash: string;
  readonly bytesIn: number;
  /** True when the request is forwarded once this row is durable. */
  readonly forwarded: boolean;
  readonly mode: 'enforce' | 'observe';
  /** Id of the approval that the request asked for, joined, was refused by or used. */
  readonly approval?: string | undefined;
};

/** What became of a forwarded request. */
export type OutcomeRow = {
  readonly status:
    | 'result'
    | 'tool_error'
    | 'input_required'
    | 'error'
    | 'unreachable'
    | 'unknown'
    | 'cancelled';
  /** HTTP status of the upstream, when it has one. */
  readonly httpStatus?: number;
  /** JSON-RPC error code of the upstream. */
  readonly errorCode?: number;
  readonly upstreamMs: number;
  readonly gatewayMs: number;
  readonly bytesOut: number;
};

export interface DecisionLog {
  /** Newest last. `after` is a cursor from an earlier row; `limit` 1–10,000. Looks as far as it takes to find that many. */
  query(filter: LogFilter): Promise<readonly LogEntry[]>;
  /** The same, but looks at a bounded number of rows, and says from where to go on in either direction. */
  page(filter: LogFilter): Promise<Page<LogEntry>>;
  /**
   * Walks the whole chain of rows and names every row that is changed, missing, moved or put in. Reads only. With a
   * `known` head of an earlier walk, kept elsewhere, it also shows that the log was set back or rewritten as a whole.
   * Heads that audit rows have seen are checked in any case.
   */
  verify(known?: ChainHead): Promise<ChainReport>;
  /**
   * Deletes the oldest rows up to the first that is not older than `beforeMs`, a few at a time between other work, and
   * leaves a sealed checkpoint in their place and an audit row. Stops, with what it has done, when `signal` says so.
   */
  expire(beforeMs: number, options?: ExpireOptions): Promise<Expired>;
}

export type ExpireOptions = { readonly by?: Actor; readonly signal?: AbortSignal };

/** Decisions, or acts, that were deleted; `checkpoint` is absent when there were none. */
export type Expired = {
  readonly rows: number;
  readonly checkpoint?: Checkpoint;
  /** Why rows were kept that are old enough: they, or the checkpoint, are not as the gateway wrote them. */
  readonly fault?: string;
};

/** Number and hash (hex) of a link. */
export type ChainHead = { readonly link: number; readonly hash: string };

/** Where a chain begins because everything before was deleted: the last link that was. */
export type Checkpoint = ChainHead & {
  /** The cursor of the last row that was deleted. */
  readonly cursor: number;
  /** Rows that were deleted so far: decisions, or acts. */
  readonly rows: number;
  /** The newest moment of a row that was deleted. */
  readonly throughMs: number;
  /** When it was, and who did it. */
  readonly atMs: number;
  readonly by: string;
};

/** What the walk along the chain found; sound when there are no findings. */
export type ChainReport = {
  /** Rows that were looked at: decisions and outcomes, or acts. */
  readonly rows: number;
  readonly head: ChainHead;
  readonly findings: readonly ChainFinding[];
  /** From where the chain was walked, when older rows were deleted. */
  readonly checkpoint?: Checkpoint;
};

export type ChainFinding = {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'moved' | 'rewritten' | 'cut_off';
  /** Whole sentence for a person, without a full stop: which row, and what is wrong with it. */
  readonly text: string;
  /** The first link that is concerned. */
  readonly link: number;
};

/** Which part of a log: at most one of `after` and `before`; without either the newest `limit` rows that match. */
export type Span = {
  /** The oldest rows with a higher cursor. */
  readonly after?: number;
  /** The newest rows with a lower cursor. */
  readonly before?: number;
  readonly limit: number;
  readonly organization?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Text that must occur, in any case of ASCII letters; at most 256 characters. */
  readonly text?: string;
};

/** Members that are absent let everything through. */
export type LogFilter = Span & {
  readonly id?: string;
  readonly server?: string;
  /** Id or name. */
  readonly grant?: string;
  readonly session?: string;
  readonly policy?: string;
  readonly target?: string;
  readonly method?: string;
  readonly outcome?: string | readonly string[];
  readonly rule?: string;
  readonly mode?: DecisionRow['mode'];
  /** What became of the request. */
  readonly status?: OutcomeRow['status'];
};

/** Entries oldest first, fewer than asked for when none match or enough rows were looked at. */
export type Page<Entry> = {
  readonly entries: readonly Entry[];
  /** For `before`, to see older ones; absent at the beginning of the log. */
  readonly older?: number;
  /** For `after`, to see newer ones, now or once there are some. */
  readonly newer: number;
};

/** `outcomeRow` is absent while the call is under way; when the gateway died before it knew, the next one writes `unknown`. */
export type LogEntry = {
  readonly cursor: number;
  readonly row: DecisionRow;
  readonly outcomeRow?: OutcomeRow;
};

/** Who changes something, and from where. Names and addresses are cut to 256 characters. */
export type Actor = {
  readonly kind: 'person' | 'api_key' | 'cli' | 'file' | 'system';
  /** Of the person or key; the account on the machine for the command line. */
  readonly id: string;
  readonly name: string;
  readonly via: 'dashboard' | 'api' | 'cli' | 'file' | 'gateway';
  /** Where the request came from; empty where there was none. */
  readonly address: string;
};

/** The gateway acting of its own accord. */
export const GATEWAY: Actor = {
  kind: 'system',
  id: 'gateway',
  name: 'gateway',
  via: 'gateway',
  address: '',
};

/** One change of what is stored, or a look at what only few may see. Secrets stand in it as fingerprints alone. */
export type AuditAct = {
  readonly organization: string;
  readonly actor: Actor;
  /** What was done, as a stable code such as `grant.created`: a noun, a full stop, a verb in the past. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  /** Absent for what did not exist; beyond 64 KiB of JSON only its length and digest are kept. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
};

export type AuditEntry = AuditAct & {
  /** Link of the row in the chain of the audit log. */
  readonly cursor: number;
  /** UUIDv7. */
  readonly id: string;
  readonly atMs: number;
  /** Where the decision log stood, so that it cannot be set back alone. */
  readonly decisions: ChainHead;
};

/** `text` is looked for in action, target and actor. */
export type AuditFilter = Span & {
  /** The whole code, or its noun alone. */
  readonly action?: string;
  /** Id or name. */
  readonly actor?: string;
  readonly target?: string;
};

/** The record of administration, append-only like the decision log. */
export interface AuditLog {
  /** For an act that changes nothing in the store, such as an export; changes leave their row themselves. */
  record(act: AuditAct): Promise<AuditEntry>;
  query(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  page(filter: AuditFilter): Promise<Page<AuditEntry>>;
  verify(known?: ChainHead): Promise<ChainReport>;
  /** As for decisions. The row that says so is the first after the checkpoint that is not deleted with the next. */
  expire(beforeMs: number, options?: ExpireOptions): Promise<Expired>;
  /** Stands for a secret in a row: equal for equal secrets of this store, and tells nothing else. */
  fingerprint(secret: string): string;
}

export type GrantState = 'active' | 'paused' | 'revoked';

export type GrantRecord = {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  /** Slug of the one server that it opens; empty for a stack grant. */
  readonly server: string;
  /** The servers that a stack grant opens together (gateway §10); absent for a grant of one server. */
  readonly stack?: readonly StackMember[];
  /** Absent: every call is refused as `(no policy)`. */
  readonly policy?: string;
  readonly labels: JsonObject;
  readonly mode: 'enforce' | 'observe';
  readonly state: GrantState;
  readonly expiresAtMs?: number;
  readonly createdAtMs: number;
  /** `file` grants come from the configuration file and are read-only elsewhere. */
  readonly origin: 'file' | 'minted';
  /** Whose grant it is: an e-mail address or a name, who may not approve its calls. Absent: nobody's. */
  readonly owner?: string;
};

/** One server of a stack, and what decides its calls. */
export type StackMember = { readonly server: string; readonly policy?: string };

/** Every change leaves an audit row in the same transaction, in the name of `by`; of the gateway itself when that is absent. */
export interface Grants {
  /** Stores only the SHA-256 of the token. Rejects with `StoreError` code `conflict` when the name is taken. */
  create(
    grant: Omit<GrantRecord, 'state' | 'createdAtMs'>,
    tokenHash: string,
    by?: Actor,
  ): Promise<GrantRecord>;
  /** By SHA-256 of the token (hex), from memory; undefined when unknown. Does not judge state or expiry. */
  findByTokenHash(tokenHash: string): GrantRecord | undefined;
  list(): Promise<readonly GrantRecord[]>;
  /** By id or name. Resolves to false when there is no such grant. */
  setState(idOrName: string, state: GrantState, by?: Actor): Promise<boolean>;
  /** Makes the set of `file` grants exactly this one, all or nothing. */
  replaceFileGrants(
    grants: readonly {
      readonly grant: Omit<GrantRecord, 'state' | 'createdAtMs'>;
      readonly tokenHash: string;
    }[],
    by?: Actor,
  ): Promise<void>;
  /** Rereads what another process changed; called by the change feed and on a miss. */
  refresh(): void;
}

/** Gives each server slug a UUID that survives restarts; a removed and re-added slug keeps it. */
export interface ServerRegistry {
  idFor(slug: string): Promise<string>;
}

/** Immutable, numbered versions per policy name. */
export interface PolicyVersions {
  /** The number of this document's version: the newest one if the text is unchanged, else a new one. */
  register(name: string, canonicalText: string, by?: Actor): Promise<number>;
}

/** The server that a tool is of. */
export type ToolOwner = { readonly organization: string; readonly server: string };

/** One definition of a tool that its server was seen to offer. A tool has as many of them as it had definitions. */
export type ToolSnapshot = ToolOwner & {
  readonly tool: string;
  /** SHA-256 of the canonical definition, hex. */
  readonly fingerprint: string;
  /** The parts that the fingerprint is made of. */
  readonly definition: JsonObject;
  readonly classification: ToolClassification;
  /** Calls go through once it is accepted; nothing leads back. */
  readonly state: 'accepted' | 'held';
  /** Whether the newest listing of its server has it. */
  readonly isOffered: boolean;
  readonly firstSeenAtMs: number;
  /** When its server last began to offer it: of several definitions of a tool, the greatest is the newest. */
  readonly seenAtMs: number;
  /** Absent while it is held. */
  readonly decidedAtMs?: number;
  readonly decidedBy?: ToolDecider;
};

/** `first_sight`: it was there when the server was first listed; `setting`: the server's setting lets such changes pass. */
export type ToolDecider = 'first_sight' | 'setting' | 'person';

export type ToolClassification = {
  readonly class: string;
  readonly severity: string;
  readonly evidence: readonly {
    readonly field: string;
    readonly quote: string;
    readonly class: string;
  }[];
  readonly signals: readonly string[];
  /** The version of the program that classified it: another one classifies it anew. */
  readonly by: string;
};

export type ToolKey = Pick<ToolSnapshot, 'tool' | 'fingerprint'>;

/** What one listing of a server changes. All of it is written, or nothing. */
export type SnapshotChange = {
  /**
   * Definitions that were not known or not offered before, or are classified anew. Of a known one its state stays, unless the new
   * one is accepted: what another process accepted meanwhile is not held again.
   */
  readonly seen: readonly ToolSnapshot[];
  /** Definitions that are not offered any more. */
  readonly gone: readonly ToolKey[];
};

/** A definition as far as it decides about calls. */
export type KnownTool = Omit<ToolSnapshot, keyof ToolOwner | 'definition'>;

/** The definitions of tools, by server, tool and fingerprint. */
export interface ToolSnapshots {
  /** All of a server, without the definitions themselves, each tool's newest first. */
  known(owner: ToolOwner): Promise<readonly KnownTool[]>;
  /** In the order of servers and tools, each tool's newest first. */
  list(filter: {
    readonly organization: string;
    readonly server?: string;
    readonly tool?: string;
  }): Promise<readonly ToolSnapshot[]>;
  /** Also forgets what is not offered any more beyond the bounds of `TOOL_BOUNDS`; never makes anything accepted by that. */
  record(owner: ToolOwner, change: SnapshotChange): Promise<void>;
  /** Accepts all of these or none: false when one of them is not held, or is not its tool's newest any more. */
  accept(owner: ToolOwner, tools: readonly ToolKey[]): Promise<boolean>;
  /** Whether another process has written, or a tool was accepted in this one, since this was last asked. */
  hasNews(): boolean;
}

/** Ids of legacy sessions that the agent ended; forgotten after their sealed lifetime. */
export interface EndedSessions {
  end(sessionId: string, forgetAtMs: number): Promise<void>;
  isEnded(sessionId: string): boolean;
}

/** Random keys made on first use and kept with the store, one for each purpose. 32 bytes each. */
export interface Secrets {
  key(purpose: 'session-seal' | 'argument-hash' | 'log-seal' | 'approval-seal' | 'people' | 'vault'): Buffer;
}

/** What a sealed secret belongs to: it opens nowhere else. */
export type VaultPlace = {
  readonly organization: string;
  /** Kind and id, such as `server 0b6c…`. */
  readonly record: string;
  /** What the secret is for, as in a sentence: `credentials`, `token`. */
  readonly purpose: string;
};

/** Seals secrets that are kept and have to be read again. Stores seal what they are given; nobody else keeps sealed bytes. */
export interface Vault {
  seal(place: VaultPlace, text: string): Uint8Array;
  /** Throws `StoreError` with code `unreadable` when it was changed, moved, or its key is not there. */
  open(place: VaultPlace, sealed: Uint8Array): string;
}

export class StoreError extends Error {
  readonly code: 'unavailable' | 'conflict' | 'newer_schema' | 'locked' | 'unreadable';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
