import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { CompiledPolicy, EngineFunctions, JsonObject, Policy, ToolFacts } from '@boomgate/engine';
import type { AgentSignInDesk } from '../agent-sign-in/index.ts';
import type { Budget } from '../budget.ts';
import type { Comparer } from '../comparison/index.ts';
import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Mailer } from '../mail/index.ts';
import type { Sequence } from '../sequence.ts';
import type { SignInDesk } from '../server-sign-in/index.ts';
import type { SignOn } from '../sign-on/index.ts';
import type {
  AuditAct,
  ServerOwner,
  ServerSecrets,
  Store,
  ToolOwner,
  WebhookRecord,
} from '../store/index.ts';
import type { ServerSettings, UnownedSettings, Upstream, Upstreams } from '../upstreams/index.ts';
import type { Incoming } from './frame/call.ts';
import type { IndexDesk } from './index-desk.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Pick<Upstreams, 'for' | 'states'>;
  /** What the configuration file declares, and alone changes; it is the first organisation's. Not what is in force: for that ask `inForce`. */
  readonly declared: (organization: string) => Declared;
  /** What requests are decided by now: declared or stored. */
  readonly inForce: (organization: string) => InForce;
  /** The tools that a server of an organisation offers, as decisions see them; undefined while they are not known. */
  readonly offered: (owner: ToolOwner) => Promise<readonly ToolFacts[] | undefined>;
  readonly comparer: Comparer;
  readonly functions: EngineFunctions;
  /** Lists the tools of a server anew and notes what it offers, as for an agent; how many these are. Rejects with `UpstreamError`. */
  readonly listTools: (server: ServerSettings, upstream: Upstream) => Promise<number>;
  /** Milliseconds for which no more new definitions of a server are recorded, as it showed too many; 0 as a rule. */
  readonly holdsBackMs: (serverId: string) => number;
  /** Whether a server may be registered through the API as it is: its settings, or every fault with its place. */
  readonly checkServer: (owner: ServerOwner, parts: ServerParts) => CheckedServer;
  readonly index: IndexDesk;
  /** What a client's configuration declares, for who thinks of registering it; `taken` are slugs that are registered. */
  readonly preview: (text: string, taken: ReadonlySet<string>) => Preview;
  /** The same with its values, for registering it. */
  readonly declaredIn: (text: string) => DeclaredInText;
  /** To be called after grants were changed: streams of agents are judged again. */
  readonly changed: () => void;
  /** To be called after stored servers or policies were changed: once it resolves, the very next request goes by them. */
  readonly reapply: () => Promise<void>;
  /** Resolves when what was changed is in force in every process of the gateway, or as soon as those let nothing through in which it is not. */
  readonly inForceEverywhere: () => Promise<void>;
  /** Where a request comes from, as the system says; undefined when it is not known. */
  readonly addressOf: (request: Incoming) => string | undefined;
  readonly webhooks: WebhookDesk;
  readonly mailer: Mailer;
  /** What whoever runs the gateway has set; may change with the configuration file. */
  readonly operated: () => Operated;
  readonly signOn: SignOn;
  /** Signs the gateway in at servers. */
  readonly serverSignIn: Omit<SignInDesk, 'of'>;
  /** Where agents sign in by themselves. */
  readonly agentSignIn: Omit<AgentSignInDesk, 'handle'>;
  /** To be told of requests that were refused for who makes them; some leave a row in the audit log. */
  readonly refused: (request: RefusedRequest) => void;
  /** Does something once the answer is on its way: how long it takes tells nobody anything. What fails is logged; a letter is tried again. */
  readonly later: (what: string, work: () => Promise<void>) => void;
  readonly clock: Clock;
  /** The gateway is about to stop, and with it every stream. */
  readonly isStopping: () => boolean;
  readonly streams: StreamPlaces;
  /** Places of exports, by who reads them. */
  readonly exports: Pick<Budget, 'shareFor'>;
  /**
   * Work on the event loop that takes seconds, a piece at a time: of all that is asked for, one is done at once, so that pieces stay
   * short, and organisations take turns.
   */
  readonly longWork: Pick<Sequence, 'run'>;
  readonly log: Log;
  readonly version: string;
  /** Which `Host` values are answered (DNS rebinding). */
  readonly allowsHost: (host: string) => boolean;
  /** Where the gateway is reached, as configured and never as a request says; without a final slash. */
  readonly url: () => string;
  /** TLS is ended in front of the gateway: cookies are `__Host-` ones, and the proxy says who asks. */
  readonly isBehindTls: boolean;
  readonly isBehindProxy: boolean;
};

/** Refused before it could be a change or a call. `reason` is of a closed list: the code of its problem, or why agents are turned away. */
export type RefusedRequest = Pick<AuditAct, 'organization' | 'actor' | 'target'> & {
  readonly reason: string;
};

/** A server as the store keeps it: what may be read, and what may not. */
export type ServerParts = { readonly entry: JsonObject; readonly secrets: ServerSecrets };

/** `pointer` is a JSON Pointer into the entry; no message holds a value. */
export type CheckedServer =
  | { readonly ok: true; readonly settings: UnownedSettings }
  | {
      readonly ok: false;
      readonly faults: readonly { readonly pointer: string; readonly message: string }[];
    };
/** What is known of webhooks beside those that are stored. */
type WebhookDesk = {
  /** Of the configuration file, which is the first organisation's. */
  readonly declared: (organization: string) => readonly DeclaredWebhook[];
  /** Why an address cannot be one, repeating nothing of it; or undefined. */
  readonly addressFault: (url: string) => string | undefined;
  readonly newSecret: () => string;
  readonly shownAddress: (url: string) => string;
  /** What a test sends to a receiver of this kind. */
  readonly testBody: (kind: WebhookRecord['kind']) => string;
};

/** `address` without what only who writes there may know. */
export type DeclaredWebhook = Pick<WebhookRecord, 'id' | 'name' | 'kind' | 'events'> & {
  readonly address: string;
};

/** Milliseconds that things are kept; `from` is whom letters come from. */
type Operated = {
  readonly retention: Readonly<Record<'decisions' | 'audit' | 'grants', number | 'forever'>>;
  readonly from?: string;
};

type PolicyInForce = {
  readonly name: string;
  readonly version: number;
  /** Slug of the only server whose calls it may decide; absent of one for any server. */
  readonly server?: string;
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
};

/** `problem` repeats nothing of the text. */
export type Preview = AnswerOf<Endpoints['stack']['preview']> | { readonly problem: string };

/** An entry as the API takes it; not checked. */
export type DeclaredInText =
  | {
      readonly servers: readonly {
        readonly name: string;
        readonly project?: string;
        readonly entry: GivenEntry;
      }[];
    }
  | { readonly problem: string };

/** An entry of `mcpServers` as the API takes it. */
export type GivenEntry = {
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly [name: string]: unknown;
};

/** How many streams each organisation has open. */
type StreamPlaces = Map<string, number>;

export type InForce = {
  /** By slug, and by id. */
  readonly servers: ReadonlyMap<string, ServerSettings>;
  readonly policies: ReadonlyMap<string, PolicyInForce>;
};

export type Declared = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly string[];
  /** That may work with the grant of this name. */
  readonly workloadsOf: (grant: string) => AnswerOf<Endpoints['grants']['show']>['workloads'];
};

/** The operator's log. Fields never hold credentials. */
type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
