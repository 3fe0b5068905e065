import type { JsonObject } from '@boomgate/engine';
import type { Log } from '../proxy/index.ts';
import type { HeldTool, ToolVerdict } from '../snapshots/index.ts';
import type { StoreAsks, StoreNews } from '../store/index.ts';
import type {
  ForwardProxy,
  ServerSettings,
  TokenAnswer,
  TokenPlace,
  UpstreamState,
} from '../upstreams/index.ts';
import type { Counted } from './told-counts.ts';

type Ask<Body, Answer> = { readonly body: Body; readonly answer: Answer };

/** What a process that answers agents asks of the one that holds the store. */
export type WorkerAsks = StoreAsks & {
  readonly inspect: Ask<
    { readonly server: string; readonly tools: readonly (readonly [string, JsonObject])[] },
    InspectedAnswer
  >;
  readonly heldWords: Ask<
    { readonly server: string; readonly tool: string; readonly held: HeldTool },
    string
  >;
  /** The token of a server at which the gateway is signed in; `refused` is one that it has just refused. */
  readonly token: Ask<{ readonly place: TokenPlace; readonly refused: string | null }, TokenAnswer>;
  /** As `Tokens.lacks`. */
  readonly lacks: Ask<{ readonly place: TokenPlace; readonly scopes: readonly string[] }, boolean>;
  readonly states: Ask<readonly UpstreamState[], null>;
  readonly counted: Ask<readonly Counted[], null>;
  /** The number of a connection that it was handed, and has now. */
  readonly has: Ask<number, null>;
  readonly log: Ask<
    {
      readonly level: keyof Log;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    },
    null
  >;
};

type InspectedAnswer = {
  readonly verdicts: readonly ToolVerdict[];
  readonly revision: number;
  /** False when the listing could not be recorded, and is to be looked at again soon. */
  readonly isRecorded: boolean;
};

/** What such a process is told. It confirms each, and then goes by it. */
export type WorkerNews = StoreNews & {
  readonly begin: Ask<Beginning, null>;
  readonly registries: Ask<readonly RegistryNews[], null>;
  readonly revision: Ask<{ readonly server: string; readonly revision: number }, null>;
  /** The ids of all servers that are known to have no sessions. */
  readonly modern: Ask<readonly string[], null>;
  /** Approvals may have changed. */
  readonly approvals: Ask<null, null>;
  /** Whether it answers. */
  readonly there: Ask<null, null>;
  /** Confirmed when everything is answered and written. */
  readonly stop: Ask<null, null>;
};

/** What a process has to know of itself and of the gateway. */
export type Beginning = {
  readonly slot: number;
  /** Where each of the processes takes requests of the others, by slot. */
  readonly sockets: readonly string[];
  /** The same of the one that holds the store. */
  readonly main: string;
  /** In base64. */
  readonly keys: { readonly sessionSeal: string; readonly argumentHash: string };
  readonly url: string;
  readonly listenHost: string;
  readonly isBehindProxy: boolean;
  readonly mayAgentsSignIn: boolean;
  readonly publicUrl?: string;
  readonly proxy?: ForwardProxy;
  readonly http?: Readonly<Record<string, number>>;
};

export type RegistryNews = {
  readonly organization: string;
  readonly servers: readonly ServerSettings[];
  readonly policies: readonly PolicyNews[];
  readonly isStopped: boolean;
};

/** A policy in force under a number of its own; its text the first time. */
export type PolicyNews = {
  readonly number: number;
  readonly name: string;
  readonly version: number;
  readonly server?: string;
  readonly text?: string;
};
