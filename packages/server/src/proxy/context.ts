import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CompiledPolicy, CompileSchema, Policy } from '@boomgate/engine';
import type { HeldCalls } from '../approvals/index.ts';
import type { Proofs } from '../identity/index.ts';
import type { AtCallPoint, Clock } from '../limits/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import type { CallStore, MayDecide, Seal } from '../store/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import type { ServerSettings, Upstreams } from '../upstreams/index.ts';
import type { Rounds } from './call/rounds.ts';
import type { RefusalRates } from './refusal-rates.ts';
import type { SessionSeal } from './session.ts';
import type { Strangers } from './strangers.ts';

/** Everything that the data plane works with. Made once by the server. */
export type ProxyContext = {
  readonly store: CallStore;
  readonly upstreams: Upstreams;
  readonly snapshots: Pick<Snapshots, 'of' | 'inspect' | 'revisionOf' | 'wordsFor'>;
  /** Of tools' output schemas; one that was compiled is remembered. */
  readonly compileSchema: CompileSchema;
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
  readonly strangers: Strangers;
  readonly proofs: Proofs;
  /** The address that a request comes from; undefined when it is not known. */
  readonly senderOf: (request: IncomingMessage) => string | undefined;
  /** Connections are those of a proxy, each of which carries requests of several agents. */
  readonly isBehindProxy: boolean;
  readonly telemetry: Telemetry;
  /** Requests that are held open until a person has decided. */
  readonly held: HeldCalls;
  /** The gateway's own address, where agents may sign in by themselves; undefined where they cannot. */
  readonly signInAt: () => string | undefined;
  /** Where a person reads how to decide an approval. */
  readonly approvalUrl: (id: string) => string;
  /** Whether somebody who approved may still decide: their word counts when it is used, not when it was given. */
  readonly mayDecide: MayDecide;
  readonly atPoint: AtCallPoint;
  /** Where requests are at home; absent where one process answers all of them. */
  readonly homes?: Homes;
  /** Path before `/mcp` in the addresses that agents use; empty unless the public URL has one. */
  readonly basePath: string;
};

/** The processes of a gateway that answer agents, and which of them answers what has a home. */
export type Homes = {
  /** Sent by another process of the gateway, which knew that it is at home here. */
  readonly isHandedOn: (request: IncomingMessage) => boolean;
  /** Of what a text leads to that the gateway made: a session, a connection, the state of a round. Undefined: here. */
  readonly of: (id: string) => HandOn | undefined;
  /** Of programs, which run once. */
  readonly ofPrograms: HandOn;
  /** Of a grant, for servers that keep something for those who are connected to them. Undefined: here. */
  readonly ofGrant: (grantId: string) => HandOn | undefined;
  /** It is known of a server that every request to it stands for itself, over whichever connection it comes. */
  readonly isStateless: (server: ServerSettings) => boolean;
};

/** Gives a request to its home, which answers it. `body` where it was read already. Resolves once it is given. */
export type HandOn = (given: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body?: string;
}) => Promise<undefined>;

/** Servers and policies of an organisation that are in force, replaced as a whole when one changes. */
export type Registry = {
  /** By slug and by UUID. */
  readonly servers: ReadonlyMap<string, ServerSettings>;
  readonly policies: ReadonlyMap<string, PolicyInForce>;
  /** All agents of the organisation are stopped: no grant opens any of these. */
  readonly isStopped: boolean;
};

export const NOTHING_REGISTERED: Registry = {
  servers: new Map(),
  policies: new Map(),
  isStopped: false,
};

export type PolicyInForce = {
  readonly name: string;
  readonly version: number;
  /** Slug of the only server whose calls it may decide; absent of one for any server. */
  readonly server?: string;
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
