import type { CompiledPolicy, Policy } from '@boomgate/engine';
import type { HeldCalls, Taking } from '../approvals/index.ts';
import type { AtCallPoint, Clock } from '../limits/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import type { Seal, Store } from '../store/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { ServerSettings, Upstreams } from '../upstreams/index.ts';
import type { Rounds } from './call/rounds.ts';
import type { RefusalRates } from './refusal-rates.ts';
import type { SessionSeal } from './session.ts';

/** Everything that the data plane works with. Made once by the server. */
export type ProxyContext = {
  readonly store: Store;
  readonly upstreams: Upstreams;
  readonly snapshots: Snapshots;
  readonly sessions: SessionSeal;
  readonly rounds: Rounds;
  /** What the cursors of lists are sealed with. */
  readonly cursors: Seal;
  /** What is in force for an organisation now; empty for one that has nothing. */
  readonly registry: (organization: string) => Registry;
  readonly clock: Clock;
  readonly hosts: HostRules;
  readonly log: Log;
  readonly version: string;
  /** Keyed digest of canonical arguments, hex. */
  readonly argumentHash: (canonical: string) => string;
  readonly refusals: RefusalRates;
  readonly telemetry: Telemetry;
  /** Requests that are held open until a person has decided. */
  readonly held: HeldCalls;
  /** Where a person reads how to decide an approval. */
  readonly approvalUrl: (id: string) => string;
  /** Whether somebody who approved may still decide: their word counts when it is used, not when it was given. */
  readonly mayDecide: Taking['mayDecide'];
  readonly atPoint: AtCallPoint;
  /** Path before `/mcp` in the addresses that agents use; empty unless the public URL has one. */
  readonly basePath: string;
};

/** Servers and policies of an organisation that are in force, replaced as a whole when one changes. */
export type Registry = {
  /** By slug and by UUID. */
  readonly servers: ReadonlyMap<string, ServerSettings>;
  readonly policies: ReadonlyMap<string, PolicyInForce>;
};

export const NOTHING_REGISTERED: Registry = { servers: new Map(), policies: new Map() };

export type PolicyInForce = {
  readonly name: string;
  readonly version: number;
  /** As it was read; `compiled` is what decides. */
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
};

/** One server of a stack, or the only one, with what decides its calls. */
export type Member = { readonly server: ServerSettings; readonly policy: PolicyInForce | undefined };

/** Which `Host` and `Origin` values are answered; others are refused before anything else (DNS rebinding). */
export type HostRules = {
  readonly allowsHost: (host: string) => boolean;
  readonly allowsOrigin: (origin: string) => boolean;
};

/** The operator's log. Fields never hold credentials or values of arguments. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
