import type { JsonObject } from '@boomgate/engine';

export type Era = 'modern' | 'legacy';

/** A registered server. `${env:…}` references are already resolved. */
export type ServerSettings = {
  readonly id: string;
  /** Whose it is; slugs are unique within an organisation. */
  readonly organization: string;
  readonly slug: string;
  /** For people; absent: they see its slug. Connections are the same under another one. */
  readonly title?: string;
  readonly target: HttpTarget | StdioTarget;
  /** `auto` probes (P §2.4) and remembers the verdict. */
  readonly era: Era | 'auto';
  /** `grant`: a process or session of its own for every grant; default `shared`. */
  readonly isolation: 'shared' | 'grant';
  /** Integers beyond ±(2^53−1) in requests: refused, or passed on as they were written (gateway §3). */
  readonly bigNumbers: 'refuse' | 'pass';
  readonly timeouts: Timeouts;
  /**
   * A legacy server may ask a modern agent: its open exchange is parked until the agent calls again (P §3.4). Off by
   * default, as a parked exchange lives in one process and is lost with it.
   */
  readonly parking: boolean;
  /** Which new and changed tools wait until a person accepts them: all, those that could do harm, or none. */
  readonly drift: 'hold' | 'hold_execute' | 'accept';
  /** What happens to results that do not fit the output schema of their tool; absent: they are not looked at. */
  readonly results?: 'log' | 'block';
  /** What happens to requests that hold what looks like a secret, and to such answers; absent: nobody looks. */
  readonly argumentSecrets?: 'log' | 'deny';
  readonly resultSecrets?: 'log' | 'redact';
  /** Milliseconds that a call is held open for a person before the agent is told to call again; absent: `HOLD_MS`. */
  readonly holdMs?: number;
  /** How often people had it started anew: another number asks for other connections. Absent: never. */
  readonly restarts?: number;
};

/** A server as it is declared, before it is anybody's. */
export type UnownedSettings = Omit<ServerSettings, 'id' | 'organization'>;

export type HttpTarget = {
  readonly kind: 'http';
  readonly url: string;
  /** `http` is Streamable HTTP, `sse` is HTTP+SSE of 2024-11-05; absent: found out where the era is. */
  readonly transport?: 'http' | 'sse';
  /** The server's own credentials; never logged, never shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** May connect to loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
  readonly tls?: TlsSettings;
  /** When the gateway signed in at it: every request carries a token of that sign-in. Absent: it has not. */
  readonly signedInAtMs?: number;
};

/** What everything that leaves over HTTP goes through. Plain data, so that it can be told to another process. */
export type ForwardProxy = {
  /** `http://…` or `https://…`, with its user and password. */
  readonly url: string;
  /** Hosts, `*.example.com`, addresses and networks that are reached without it. */
  readonly except: readonly string[];
};

/** Whose token is asked for: no other server's, and of no other sign-in than this one. */
export type TokenPlace = {
  /** The id of the server. */
  readonly id: string;
  /** Its address without the query. */
  readonly address: string;
  /** Of the server's settings, as is `ca`. */
  readonly allowPrivate: boolean;
  readonly ca?: string | undefined;
  readonly signedInAtMs: number;
};

export type TokenAnswer =
  /** Good without asking again until then, in milliseconds of the wall clock; absent: until a server refuses it. */
  | { readonly token: string; readonly freshUntilMs?: number }
  /** `problem` is for the operator, `message` for the agent; neither holds anything secret. */
  | { readonly problem: string; readonly message: string };

/** The access tokens of servers at which the gateway is signed in. */
export interface Tokens {
  /** Renews it if need be. `refused`: the token that the server has just answered with HTTP 401. Never rejects. */
  of(place: TokenPlace, refused?: string): Promise<TokenAnswer>;
  /**
   * The server refused a request because the token's scopes do not suffice for it, and named these; may be none. Keeps them for whoever
   * connects the server the next time, and does nothing else. False: it could not be kept now. Never rejects.
   */
  lacks(place: TokenPlace, scopes: readonly string[]): Promise<boolean>;
}

/** Texts in PEM that were read as what they are; the certificate of a server is checked whatever stands here. */
export type TlsSettings = {
  /** Authorities in place of the system's. */
  readonly ca?: string;
  /** What the gateway shows the server; both or neither. The key is never logged, never shown. */
  readonly cert?: string;
  readonly key?: string;
};

export type StdioTarget = {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** It does not start where the system cannot hold it to these. */
  readonly bounds?: ProcessBounds;
};

/** What each process of a server is held to, in the words of the configuration file; what is absent is not bounded. */
export type ProcessBounds = Readonly<
  Partial<Record<'memory_mib' | 'processes' | 'file_mib' | 'open_files', number | undefined>>
>;

/** Milliseconds: connect 5,000, first byte 60,000, idle 300,000 unless the entry of the server says otherwise. */
export type Timeouts = { readonly connectMs: number; readonly firstByteMs: number; readonly idleMs: number };

/** The connections to all registered servers, which nothing else of the gateway reaches. */
export interface Upstreams extends AsyncDisposable {
  /** The upstream for a server, grant and what the agent can be asked (default: nothing); connects lazily. */
  for(server: ServerSettings, grantId: string, asking?: Asking): Upstream;
  /** Closes what is no longer registered or has changed; keeps the rest. */
  replace(servers: readonly ServerSettings[]): Promise<void>;
  states(): readonly UpstreamState[];
}

/** What a server may ask the agent behind a request, and how the agent is asked (P §3.4). */
export type Asking = {
  /** The client capabilities that are declared to the server: any of `elicitation`, `extensions`, `roots`, `sampling`, normalised. */
  readonly capabilities: JsonObject;
  /** `open`: while its request is open, through `UpstreamRequest.ask`; `retry`: by `input_required`, and it calls again. */
  readonly by: 'open' | 'retry';
};

export type UpstreamState = {
  readonly id: string;
  /** Its slug. */
  readonly server: string;
  readonly state: 'idle' | 'starting' | 'ready' | 'failing' | 'stopped';
  readonly era?: Era;
  /** For the operator: why it is failing or stopped. Holds no credential. */
  readonly reason?: string;
};

export interface Upstream {
  /** What the server said of itself. Rejects with `UpstreamError`. */
  describe(): Promise<UpstreamDescription>;
  /**
   * What the server offers: all pages drained, checked, remembered until the time to live ends, the server says it
   * changed, or `fresh` is asked for (at most once in 2 s). Concurrent callers share one fetch. Rejects with `UpstreamError`.
   */
  list(kind: ListKind, options?: { readonly fresh?: boolean }): Promise<Listing>;
  /** What `list` would give without asking the server; undefined when it has to ask. */
  peekList(kind: ListKind): Listing | undefined;
  /** Sends one request. Never rejects and never retries a request that may have been received. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /**
   * Tells `listener` what the server announces, until disposed; a connection that is lost meanwhile is opened again, and
   * everything that was watched counts as changed then. Never rejects: what cannot be watched is missing in `honoured`.
   */
  watch(wanted: Watched, listener: (event: UpstreamEvent) => void): Promise<Watching>;
}

/** What is watched: whole lists, and resources by their URIs. */
export type Watched = {
  readonly lists: readonly ChangingList[];
  readonly resources: readonly string[];
};
export type ChangingList = 'tools' | 'prompts' | 'resources';
export type Watching = AsyncDisposable & {
  readonly honoured: Watched;
  /** Some resources are not watched because this grant, or all together, watch as many as may be. */
  readonly isCrowded: boolean;
};

export type UpstreamEvent =
  | { readonly kind: 'list_changed'; readonly list: ChangingList }
  /** `params` as the server sent them, without what belongs to its hop. */
  | { readonly kind: 'resource_updated'; readonly uri: string; readonly params: JsonObject };

export type ListKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

export type UpstreamDescription = {
  readonly era: Era;
  readonly protocol: string;
  readonly capabilities: JsonObject;
  readonly serverInfo: JsonObject;
  readonly instructions?: string;
};

/** Items exactly as the server sent them, sorted by name or URI. The object is replaced, never changed, on a new fetch. */
export type Listing = {
  readonly items: readonly JsonObject[];
  /** By name (tools, prompts) or URI. */
  readonly byKey: ReadonlyMap<string, JsonObject>;
  /** Items that were dropped, and why, for the operator. */
  readonly dropped: readonly { readonly key: string; readonly reason: string }[];
  /** Milliseconds for which its server lets it be kept from now on; absent where nothing was said, as by every legacy server. */
  readonly leftMs?: () => number;
  /** Present when the server had more than was taken, or failed before its end, and the bounds say to take what there is. */
  readonly cut?: ListingCut;
};

export type ListingCut = {
  readonly by: 'items' | 'bytes' | 'pages' | 'failure';
  /** For the operator: which bound, or what failed. */
  readonly detail: string;
  /** Items that were received and not taken; the server may have had more. */
  readonly leftOut: number;
};

/** How much of a server's lists is taken. A gateway refuses a list that is too long; a scan takes its beginning. */
export type ListingBounds = {
  readonly tools: number;
  readonly others: number;
  readonly bytes: number;
  readonly pages: number;
  readonly beyond: 'refuse' | 'cut';
};

/** What the processes of a server are held to that is looked at and not used, all that they start among them. */
export type Confinement = {
  /** Bytes of resident memory, of all of them together. */
  readonly memoryBytes: number;
  /** Bytes on standard output, of one process. */
  readonly outputBytes: number;
  /** A text that only these processes have in their environment, by which those are found that left their group. */
  readonly mark: string;
  /** When it aborts all processes are ended: SIGTERM, then SIGKILL. */
  readonly signal: AbortSignal;
  readonly report: (event: ConfinementEvent) => void;
};

export type ConfinementEvent =
  | { readonly kind: 'started' }
  /** A line on standard output that is no message. */
  | { readonly kind: 'noise' }
  /** A line of standard error, without the values of the server's own variables. */
  | { readonly kind: 'stderr'; readonly line: string }
  | { readonly kind: 'over'; readonly limit: 'memory' | 'output' }
  | { readonly kind: 'ended'; readonly how: string };

export type UpstreamRequest = {
  readonly method: string;
  /** Judged parameters without the reserved `_meta` keys; the driver adds what its era needs and nothing else. */
  readonly params: JsonObject;
  /** `JSON.stringify` of `params.arguments`, from whoever has it already; it is what is sent. */
  readonly argumentsText?: string | undefined;
  /** The offered tool, for `Mcp-Param-*` headers; calls only. */
  readonly tool?: JsonObject | undefined;
  readonly signal: AbortSignal;
  /** Present when the agent asked for progress or log messages: called in order, never after the answer. */
  readonly onNotification?: ((notification: UpstreamNotification) => void) | undefined;
  /** The agent gave a progress token; the driver mints its own and hides it from the notification's params. */
  readonly wantsProgress: boolean;
  /** The least severe log messages that the agent wants; absent: none. */
  readonly logLevel?: MessageLevel | undefined;
  /** Names the agent's session: requests with the same are of one agent. Absent: nobody knows which others are its own. */
  readonly agentSession?: string | undefined;
  /**
   * Asks the agent while the request is open, until `over` is aborted, as nobody waits for the reply any more; present exactly when
   * the upstream was opened for `by: 'open'`.
   */
  readonly ask?: ((question: Question, over: AbortSignal) => Promise<AgentReply>) | undefined;
  /** The agent's answers to the `input_required` before, by the keys of its questions (P §1.8). */
  readonly inputResponses?: JsonObject | undefined;
  /** The state that came with that `input_required`, exactly as it was. */
  readonly requestState?: string | undefined;
};

export const MESSAGE_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
export type MessageLevel = (typeof MESSAGE_LEVELS)[number];

/** Something that a server wants to know from the agent or its person: `elicitation/create`, `sampling/createMessage`, `roots/list`. */
export type Question = { readonly method: string; readonly params: JsonObject };
export type AgentReply =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | {
      readonly kind: 'error';
      readonly error: RpcError;
      /** The agent was not reached, so that it may be asked on another of its requests. */
      readonly isUnheard?: true;
    };

export type UpstreamNotification = {
  readonly method: 'notifications/progress' | 'notifications/message';
  /** Without `progressToken`, which belongs to the hop. */
  readonly params: JsonObject;
};

export type UpstreamAnswer =
  | {
      readonly kind: 'result';
      readonly result: JsonObject;
      readonly bytes: number;
      readonly httpStatus?: number;
    }
  | { readonly kind: 'error'; readonly error: RpcError; readonly bytes: number; readonly httpStatus?: number }
  /** The server needs answers first; the same request is sent again with them (P §1.8). At least one of the two is present. */
  | {
      readonly kind: 'input_required';
      readonly inputRequests?: JsonObject;
      readonly requestState?: string;
      readonly bytes: number;
      readonly httpStatus?: number;
    }
  | {
      readonly kind: 'failure';
      /** `no`: it certainly did not act, so reservations are given back (language §5); `maybe` keeps them. */
      readonly acted: 'no' | 'maybe';
      readonly code: UpstreamErrorCode;
      /** For the agent: no address, credential or stack. */
      readonly message: string;
      readonly httpStatus?: number;
    };

export type RpcError = {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonObject[string];
};

export type UpstreamErrorCode =
  | 'unreachable'
  | 'timed_out'
  | 'broken'
  | 'bad_answer'
  | 'too_large'
  | 'not_started'
  | 'command_not_found'
  | 'address_refused'
  | 'unauthorized'
  | 'cancelled'
  /** The server asked for input that the agent could not or did not give. */
  | 'input_missing'
  /** The server's result does not fit what its tool declares, and its settings say that such a result goes no further. */
  | 'result_blocked'
  | 'stopped';

/** `message` is for the agent (no address, credential or stack); `detail` for the operator (no credential). */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  readonly detail: string;
  constructor(code: UpstreamErrorCode, message: string, detail: string) {
    super(message);
    this.name = 'UpstreamError';
    this.code = code;
    this.detail = detail;
  }
}

/** The server answered that it wants a token, or that of the gateway is over: somebody has to sign in there. */
export class SignInWanted extends UpstreamError {}
