import type { JsonObject, JsonType } from '../json/json.ts';
import type { Micros, Operator } from '../policy.ts';

/** Everything a decision may depend on. Nothing else is read: no clock, no store, no network. */
export type Call = {
  readonly tool: ToolFacts;
  readonly args: JsonObject;
  readonly grant: { readonly id: string; readonly name: string; readonly labels: JsonObject };
  readonly server: { readonly id: string; readonly name: string };
  readonly organization: string;
  /** The agent's MCP session where the protocol has one, else the grant's id (§5). */
  readonly session: string;
  /** Self-reported, so never trusted. */
  readonly client: { readonly name?: string; readonly version?: string };
  /** Milliseconds since the epoch, for `time.*`; the counter store has its own clock for windows. */
  readonly nowMs: number;
};

/** A tool as its server defines it, with its class and severity where they are known. */
export type ToolFacts = {
  readonly name: string;
  readonly inputSchema?: JsonObject;
  readonly annotations: JsonObject;
  readonly class?: string;
  readonly severity?: string;
};

/** `hide`: refused as if there were no such tool; `limit`: by a limit that is reached; `approve`: a person has to be asked. */
export type Outcome = 'allow' | 'deny' | 'hide' | 'limit' | 'approve';

/** §9. */
export type Decision = {
  readonly outcome: Outcome;
  /** The `rule` column of §3; empty for a plain allow. */
  readonly rule: string;
  /** What the agent is told; empty for allow. */
  readonly message: string;
  /** Milliseconds until the limit that refused has room again; absent when no wait helps, or none refused. */
  readonly retryAfterMs?: number;
  readonly trace: readonly Step[];
  readonly usage: readonly Usage[];
};

/** One rule that was looked at. `fired`: it refused or asked; `undetermined`: it did because something was unclear. */
export type Step = {
  readonly rule: string;
  readonly outcome: 'fired' | 'passed' | 'undetermined';
  readonly conditions: readonly ConditionStep[];
};

/** Never the value: the type that was found is all that is kept. */
export type ConditionStep = {
  readonly path: string;
  readonly op: Operator;
  readonly outcome: Truth;
  readonly found: FoundType;
};

export type Truth = 'true' | 'false' | 'undetermined';
/**
 * `absent`: no value or null; `several`: a path with `[*]`; `unreachable`: the path enters something that is not a container;
 * `unread`: too little was left of the work that one decision may do.
 */
export type FoundType = Exclude<JsonType, 'null'> | 'absent' | 'several' | 'unreachable' | 'unread';

/** A counter before and after, in units (not millionths). `after` equals `before` when nothing was taken. */
export type Usage = {
  readonly rule: string;
  readonly counter: string;
  readonly before: number;
  readonly after: number;
  readonly max: number;
};

/** What one limit asks of the counter store for one call; all demands of a call are taken together or not at all. */
export type Demand = WindowDemand | ConcurrencyDemand;

type DemandBase = {
  readonly rule: string;
  readonly counter: string;
  /** Length-prefixed (server, scope values, counter): no two different counters share a key. */
  readonly key: string;
  readonly message: string;
  /** What becomes of the call when counters are kept elsewhere and cannot be asked. */
  readonly onStoreError: 'deny' | 'allow';
};

export type WindowDemand = DemandBase & {
  readonly kind: 'window';
  readonly reset: 'rolling' | 'calendar';
  readonly windowMs: number;
  /** Calendar windows only. */
  readonly unit?: 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';
  readonly timeZone: string;
  readonly max: Micros;
  readonly amount: Micros;
};

export type ConcurrencyDemand = DemandBase & { readonly kind: 'concurrent'; readonly max: number };

/**
 * The pure part of a decision. `deny` and `hide` are final. `allow` and `approve` hold once the counter
 * store has taken every demand; `limitDecision` and `grantedDecision` say what the store's answer makes of it.
 */
export type Judgement = { readonly decision: Decision; readonly demands: readonly Demand[] };

/** The counter store's answer, before or instead of forwarding. */
export type ReserveResult =
  | { readonly ok: true; readonly usage: readonly Usage[] }
  | {
      readonly ok: false;
      readonly refused: Demand;
      /** 0 when no wait helps. */
      readonly retryAfterMs: number;
      readonly usage: readonly Usage[];
    };
