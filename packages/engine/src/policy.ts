import type { Json } from './json/json.ts';

/**
 * A policy after parsing: short forms and other dialects are gone, defaults are filled in, every rule
 * has its id. Specification: policy language §1. Immutable; only `parsePolicy` makes one.
 */
export type Policy = {
  readonly version: '1';
  readonly description?: string;
  readonly default: 'allow' | 'deny';
  /** IANA name; calendar windows and `time.*` use it. `UTC` unless the document says otherwise. */
  readonly timeZone: string;
  /** Exact names or patterns with `*`. */
  readonly hide: readonly string[];
  readonly allTools: Rules;
  /** Exact names or patterns with `*`, as written. */
  readonly tools: ReadonlyMap<string, Entry>;
  readonly resources?: AccessList;
  readonly prompts?: AccessList;
};

/** What `all_tools` and an entry have in common. */
export type Rules = {
  readonly denyIf: readonly Rule[];
  readonly require: readonly Rule[];
  readonly requireApprovalIf: readonly Rule[];
  readonly limits: readonly Limit[];
};

export type Entry = Rules & {
  readonly action: 'allow' | 'deny' | 'require_approval';
  /** Told to the agent when `action` refuses or holds the call. */
  readonly reason?: string;
  readonly validate?: Validate;
  readonly approval?: Approval;
};

export type Validate = {
  readonly requiredArgs: boolean;
  readonly schema: boolean;
  readonly unknownArgs: 'allow' | 'deny';
};

export type Approval = {
  /** 10 s to 7 d; absent means 10 minutes. */
  readonly timeout?: Duration;
  /** Roles or e-mail addresses; absent means any admin or approver. */
  readonly approvers?: readonly string[];
  /** How many different people, 1 to 5; absent means 1. */
  readonly required?: number;
  /** The grant's owner may approve too; absent means not. */
  readonly self?: boolean;
  /** For what else a consent holds: nothing (as when absent), the session, or every same call in that time. */
  readonly remember?: 'none' | 'session' | Duration;
};

/** A length of time as written (`10m`, or a bare number of seconds) and in milliseconds. */
export type Duration = { readonly text: string; readonly ms: number };

export type Rule = {
  /** JSON Pointer of §9, unique in the document: `/tools/t/deny_if/args.amount-gt`. */
  readonly id: string;
  readonly name?: string;
  /** Joined by *and*; an empty list is always true. */
  readonly conditions: readonly Condition[];
  readonly onDeny?: string;
};

export type Condition =
  | Comparison
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

export type Comparison = {
  readonly kind: 'compare';
  readonly path: Path;
  readonly op: Operator;
  readonly value: Json;
  readonly ignoreCase: boolean;
};

export const ROOTS = ['args', 'tool', 'grant', 'server', 'client', 'time'] as const;
export type Root = (typeof ROOTS)[number];

/** A parsed path; `text` is its canonical spelling and what rule ids and traces show. */
export type Path = { readonly text: string; readonly root: Root; readonly segments: readonly Segment[] };

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'each' };

export const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'lt',
  'lte',
  'gt',
  'gte',
  'contains',
  'not_contains',
  'regex',
  'not_regex',
  'glob',
  'starts_with',
  'ends_with',
  'exists',
  'type',
  'length_lt',
  'length_lte',
  'length_gt',
  'length_gte',
  'path_within',
  'host_in',
  'cidr_in',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Limit = WindowLimit | ConcurrencyLimit;

type LimitBase = {
  /** `/tools/NAME/limits/COUNTER`. */
  readonly id: string;
  readonly counter: string;
  /** At least one; several count per combination. */
  readonly scope: readonly Scope[];
  /** Counts, and applies, only to calls for which these hold or are undetermined; empty means always. */
  readonly when: readonly Condition[];
  readonly onStoreError: 'deny' | 'allow';
  readonly onDeny?: string;
};

export type WindowLimit = LimitBase & {
  readonly kind: 'window';
  readonly window: Window;
  readonly reset: 'rolling' | 'calendar';
  readonly max: Micros;
  readonly increment: Increment;
};

export type ConcurrencyLimit = LimitBase & {
  readonly kind: 'concurrent';
  /** Calls in flight at most. */
  readonly concurrent: number;
};

export type Increment =
  | { readonly kind: 'fixed'; readonly amount: Micros }
  | { readonly kind: 'from'; readonly path: Path };

export type Scope = 'grant' | 'session' | 'server' | 'organization' | Path;

export const WINDOW_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;
export type WindowUnit = (typeof WINDOW_UNITS)[number];

/** `text` as written (`minute`, `90s`, `60`); a rolling month is 31 days, the longest there is. */
export type Window = { readonly text: string; readonly ms: number; readonly unit?: WindowUnit };

/** An amount in integer millionths, 0 to 2^53−1. Made by `toMicros` only. */
export type Micros = number & { readonly __unit: 'millionths' };

/** Patterns over resource URIs or prompt names; deny beats allow (§8). */
export type AccessList = { readonly allow: readonly string[]; readonly deny: readonly string[] };
