import type { JsonObject } from '@boomgate/engine';

export type Era = 'modern' | 'legacy';

/** A registered server, as the configuration declares it. `${env:…}` references are already resolved. */
export type ServerSettings = {
  readonly id: string;
  readonly slug: string;
  readonly target: HttpTarget | StdioTarget;
  /** `auto` probes (P §2.4) and remembers the verdict. */
  readonly era: Era | 'auto';
  /** `grant`: a process or session of its own for every grant; default `shared`. */
  readonly isolation: 'shared' | 'grant';
  /** Integers beyond ±(2^53−1) in requests: refused, or passed on as they were written (gateway §3). */
  readonly bigNumbers: 'refuse' | 'pass';
  readonly timeouts: Timeouts;
};

export type HttpTarget = {
  readonly kind: 'http';
  readonly url: string;
  /** The server's own credentials; never logged, never shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** May connect to loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
};

export type StdioTarget = {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

/** Milliseconds: connect 5,000, first byte 60,000, idle 300,000 unless the server says otherwise. */
export type Timeouts = { readonly connectMs: number; readonly firstByteMs: number; readonly idleMs: number };

/** The connections to all registered servers. The only room that opens outgoing sockets or starts processes. */
export interface Upstreams extends AsyncDisposable {
  /** The upstream for a server and grant; connects lazily. */
  for(server: ServerSettings, grantId: string): Upstream;
  /** Closes what is no longer registered or has changed; keeps the rest. */
  replace(servers: readonly ServerSettings[]): Promise<void>;
  states(): readonly UpstreamState[];
}

export type UpstreamState = {
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
  /** The last listing without asking the server; undefined before the first. */
  peekList(kind: ListKind): Listing | undefined;
  /** Sends one request. Never rejects and never retries a request that may have been received. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
}

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
  readonly fetchedAtMs: number;
};

export type UpstreamRequest = {
  readonly method: string;
  /** Judged parameters without the reserved `_meta` keys; the driver adds what its era needs and nothing else. */
  readonly params: JsonObject;
  /** The offered tool, for `Mcp-Param-*` headers; calls only. */
  readonly tool?: JsonObject;
  readonly signal: AbortSignal;
  /** Present when the agent asked for progress or log messages: called in order, never after the answer. */
  readonly onNotification?: (notification: UpstreamNotification) => void;
  /** The agent gave a progress token; the driver mints its own and hides it from the notification's params. */
  readonly wantsProgress: boolean;
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
