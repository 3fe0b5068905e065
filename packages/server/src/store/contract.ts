import type { Demand, JsonObject, Outcome, ReserveResult, Step, Usage } from '@boomgate/engine';
import type { People } from './people.ts';

export * from './people.ts';

/**
 * What the rest of the server may ask of a store. One conformance suite holds every backend to these comments.
 * All methods reject with `StoreError` when the backend cannot answer; nothing is ever half done.
 */
export interface Store extends AsyncDisposable {
  readonly journal: Journal;
  readonly decisions: DecisionLog;
  readonly grants: Grants;
  readonly servers: ServerRegistry;
  readonly policies: PolicyVersions;
  readonly sessions: EndedSessions;
  readonly secrets: Secrets;
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
  /** Looks at the demands without taking anything. */
  peek(demands: readonly Demand[]): Promise<ReserveResult>;
  /** Writes a row for a request that takes nothing. Resolves after the commit. */
  record(row: DecisionRow): Promise<void>;
  /** Keeps or gives back, exactly, what was taken, and writes the outcome with the next commit. Idempotent. */
  settle(admission: Admission, fate: 'kept' | 'given_back', outcome: OutcomeRow): void;
  /** Resolves when everything queued so far is durable. */
  flush(): Promise<void>;
}

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
  /** Newest last. `after` is a cursor from an earlier row; `limit` 1–10,000. */
  query(filter: LogFilter): Promise<readonly LogEntry[]>;
  /**
   * Walks the whole chain of rows and names every row that is changed, missing, moved or put in. Reads only. With a
   * `known` head of an earlier walk, kept elsewhere, it also shows that the log was set back or rewritten as a whole.
   */
  verify(known?: ChainHead): Promise<ChainReport>;
}

/** Number and hash (hex) of a link. */
export type ChainHead = { readonly link: number; readonly hash: string };

/** What the walk along the chain found; sound when there are no findings. */
export type ChainReport = {
  /** Decisions and outcomes that were looked at. */
  readonly rows: number;
  readonly head: ChainHead;
  readonly findings: readonly ChainFinding[];
};

export type ChainFinding = {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'moved' | 'rewritten' | 'cut_off';
  /** Whole sentence for a person, without a full stop: which row, and what is wrong with it. */
  readonly text: string;
  /** The first link that is concerned. */
  readonly link: number;
};

export type LogFilter = {
  readonly after?: number;
  /** The newest `limit` rows that match when `after` is absent. */
  readonly limit: number;
  readonly server?: string;
  readonly grant?: string;
  readonly target?: string;
  readonly method?: string;
  readonly outcome?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
};

/** `outcomeRow` is absent while the call is under way; when the gateway died before it knew, the next one writes `unknown`. */
export type LogEntry = {
  readonly cursor: number;
  readonly row: DecisionRow;
  readonly outcomeRow?: OutcomeRow;
};

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
};

/** One server of a stack, and what decides its calls. */
export type StackMember = { readonly server: string; readonly policy?: string };

export interface Grants {
  /** Stores only the SHA-256 of the token. Rejects with `StoreError` code `conflict` when the name is taken. */
  create(grant: Omit<GrantRecord, 'state' | 'createdAtMs'>, tokenHash: string): Promise<GrantRecord>;
  /** By SHA-256 of the token (hex), from memory; undefined when unknown. Does not judge state or expiry. */
  findByTokenHash(tokenHash: string): GrantRecord | undefined;
  list(): Promise<readonly GrantRecord[]>;
  /** By id or name. Resolves to false when there is no such grant. */
  setState(idOrName: string, state: GrantState): Promise<boolean>;
  /** Makes the set of `file` grants exactly this one, all or nothing. */
  replaceFileGrants(
    grants: readonly {
      readonly grant: Omit<GrantRecord, 'state' | 'createdAtMs'>;
      readonly tokenHash: string;
    }[],
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
  register(name: string, canonicalText: string): Promise<number>;
}

/** Ids of legacy sessions that the agent ended; forgotten after their sealed lifetime. */
export interface EndedSessions {
  end(sessionId: string, forgetAtMs: number): Promise<void>;
  isEnded(sessionId: string): boolean;
}

/** Random keys made on first use and kept with the store, one for each purpose. 32 bytes each. */
export interface Secrets {
  key(purpose: 'session-seal' | 'argument-hash' | 'log-seal' | 'people'): Buffer;
}

export class StoreError extends Error {
  readonly code: 'unavailable' | 'conflict' | 'newer_schema' | 'locked' | 'unreadable';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
