import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { AddressRefused, guardedLookup, isSpecialAddress } from './addresses.ts';
import { AnswerRoom, answerBudget } from './answer-room.ts';
import {
  CONNECTIONS_ASIDE,
  CONNECTIONS_OF_GRANT,
  CONNECTIONS_OF_STREAMS,
  CONNECTIONS_PER_SERVER,
  DRAIN_MS,
  WAITING_PER_SERVER,
} from './bounds.ts';
import { type Clock, within } from './clock.ts';
import type { ForwardProxy, HttpTarget, Timeouts, TlsSettings } from './contract.ts';
import type { Credential } from './credential.ts';
import { describeError, type Failing, failing } from './failures.ts';
import { isDirect, throughProxy } from './forward-proxy.ts';
import { Turns } from './http/turns.ts';
import { headerProblem } from './own-headers.ts';
import type { Resolve } from './resolve.ts';

/** One way to the origin of a server: a pool of connections, with the rules of gateway §6. */
export type Way = {
  /** What the answers may take that come on it, and on the other ways to the same server. */
  readonly room: AnswerRoom;
  /** Whose turn it is to use a connection; every request takes one before it is dispatched. */
  readonly turns: Turns;
  /** Milliseconds until the head of an answer, unless the request says otherwise; 0 is for ever. */
  readonly headMs: number;
  /** Where the gateway is signed in: what each request presents in place of an `Authorization` of the settings. */
  readonly credential?: Credential;
  /** Sends one request; redirects are not followed, nothing is decompressed and nothing is sent twice. */
  dispatch(request: EgressRequest, handler: Dispatcher.DispatchHandler): void;
  readonly url: URL;
};

/** The one way out over HTTP: itself for calls, and another beside it. */
export interface Egress extends Way, AsyncDisposable {
  /** The headers that the server's own settings add, flat: name, value, name, value. */
  readonly ownHeaders: readonly string[];
  /**
   * For the short messages on which a call waits that already holds a connection: these must not wait for calls, nor calls
   * for them (P §3.8).
   */
  readonly aside: Way;
  /** For streams without end, which would leave no place for anything else. */
  readonly streams: Way;
  readonly timeouts: Timeouts;
}

export type EgressRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Flat: name, value, name, value. */
  readonly headers: string[];
  readonly body: string | null;
  /** Path and query, where they are not those of the server's own address. */
  readonly path?: string;
  /** Milliseconds until the head, and of silence in the body, where they are not those of the server; 0 is for ever. */
  readonly headersTimeout?: number;
  readonly bodyTimeout?: number;
};

/** What makes a request one for a stream that may be silent for ever; its connection is kept alive below HTTP. */
export const ENDLESS = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Older versions are broken in public (RFC 8996). */
const MIN_TLS_VERSION = 'TLSv1.2';

/** Opens the way to a server, or says why its settings cannot be used. Nothing is connected before the first request. */
export function openEgress(
  target: HttpTarget,
  options: {
    readonly timeouts: Timeouts;
    readonly clock: Clock;
    /** Absent: one of its own. */
    readonly room?: AnswerRoom;
    readonly credential?: Credential;
    readonly proxy?: ForwardProxy | undefined;
    /** How its name is found, where not as usual. */
    readonly resolve?: Resolve | undefined;
  },
): Egress | Failing {
  const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
  const problem =
    url === undefined ? 'the url of the server is not a valid url' : urlProblem(url, target.allowPrivate);
  if (url === undefined || problem !== undefined) return refused(problem ?? '');
  const badHeader = Object.entries(target.headers)
    .map((header) => headerProblem(...header))
    .find((found) => found !== undefined);
  if (badHeader !== undefined) return failing('not_started', badHeader, { acted: 'no' });
  const { timeouts, clock, credential, resolve } = options;
  const { room = new AnswerRoom({ clock, budget: answerBudget(), serverId: '' }) } = options;
  const proxy =
    options.proxy !== undefined && !isDirect(options.proxy, url.hostname) ? options.proxy : undefined;
  const connect = guardedConnector(target, { connectMs: timeouts.connectMs, proxy, resolve });
  if (typeof connect !== 'function') return connect;
  const open = (connections: number, ofGrant: number) =>
    openWay(url, { ...options, room, connect, connections, ofGrant });
  const calls = open(CONNECTIONS_PER_SERVER, CONNECTIONS_OF_GRANT);
  const aside = open(CONNECTIONS_ASIDE, CONNECTIONS_ASIDE);
  const streams = open(CONNECTIONS_OF_STREAMS, CONNECTIONS_OF_STREAMS);
  return {
    url,
    ownHeaders: Object.entries(target.headers).flat(),
    timeouts,
    ...(credential === undefined ? {} : { credential }),
    aside,
    streams,
    room,
    turns: calls.turns,
    headMs: calls.headMs,
    dispatch: calls.dispatch,
    async [Symbol.asyncDispose]() {
      const pools = [calls.pool, aside.pool, streams.pool];
      const drained = Promise.all(pools.map((pool) => pool.close()));
      await within(drained, { clock, ms: DRAIN_MS, late: undefined });
      await Promise.all(pools.map((pool) => pool.destroy()));
    },
  };
}

type WayOptions = {
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly room: AnswerRoom;
  readonly credential?: Credential;
  readonly connect: buildConnector.connector;
  readonly connections: number;
  readonly ofGrant: number;
};

function openWay(
  url: URL,
  { timeouts, clock, connect, connections, credential, ofGrant, room }: WayOptions,
): Way & { readonly pool: Pool } {
  const pool = new Pool(url.origin, {
    allowH2: false,
    connections,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    connect,
  });
  const path = `${url.pathname}${url.search}`;
  const bounds = {
    running: connections,
    ofGrant,
    waiting: WAITING_PER_SERVER,
    waitMs: timeouts.firstByteMs,
  };
  return {
    pool,
    url,
    room,
    turns: new Turns(bounds, clock),
    headMs: timeouts.firstByteMs,
    ...(credential === undefined ? {} : { credential }),
    dispatch: (request, handler) => {
      pool.dispatch({ path, ...request }, handler);
    },
  };
}

function refused(detail: string): Failing {
  return failing('address_refused', detail, { acted: 'no' });
}

function urlProblem(url: URL, allowPrivate: boolean): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `the url of the server must start with http:// or https://, not ${url.protocol}`;
  }
  if (url.username !== '' || url.password !== '') {
    return 'the url of the server holds a user name or password; give credentials as headers instead';
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Node connects to a literal address without asking the lookup, so that it is judged here.
  if (isIP(host) !== 0 && !allowPrivate && isSpecialAddress(host))
    return new AddressRefused(host, host).message;
  return undefined;
}

type Connecting = {
  readonly connectMs: number;
  readonly proxy: ForwardProxy | undefined;
  readonly resolve: Resolve | undefined;
};

/** Connections with the TLS settings of one server: its own authorities are known to no other server's. */
function guardedConnector(
  { allowPrivate, tls }: HttpTarget,
  { connectMs, proxy, resolve }: Connecting,
): buildConnector.connector | Failing {
  const secured = tls === undefined ? undefined : secureContextOf(tls);
  if (secured !== undefined && 'kind' in secured) return secured;
  const lookup = guardedLookup(allowPrivate, resolve);
  const options = {
    lookup,
    timeout: connectMs,
    allowH2: false,
    ...secured,
    // Said here so that no variable of the environment can switch the check of certificates off, or allow older versions.
    rejectUnauthorized: true,
    minVersion: MIN_TLS_VERSION,
  };
  // The types of undici ask for a port or path, which its connector takes from each request instead.
  const connect = buildConnector(options as unknown as buildConnector.BuildOptions);
  if (proxy !== undefined) return throughProxy({ proxy, lookup, connect, connectMs });
  return (request, callback) =>
    connect(request, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const reached = socket.remoteAddress ?? '';
      if (allowPrivate || !isSpecialAddress(reached)) return callback(null, socket);
      socket.destroy();
      callback(new AddressRefused(request.hostname, reached), null);
    });
}

function secureContextOf({
  ca,
  cert,
  key,
}: TlsSettings): { readonly secureContext: SecureContext } | Failing {
  try {
    return { secureContext: createSecureContext({ ca, cert, key, minVersion: MIN_TLS_VERSION }) };
  } catch (error) {
    return failing('not_started', `the TLS settings of the server cannot be used: ${describeError(error)}`, {
      acted: 'no',
    });
  }
}

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const closedCodes = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);

/** What a transport error means. `sent`: bytes of the request may have left. */
export function transportFailure(error: Error, sent: boolean): Failing {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const acted = sent ? 'maybe' : 'no';
  if (error instanceof AddressRefused) return refused(error.message);
  if (closedCodes.has(code)) return failing('stopped', 'the connection was closed by the gateway', { acted });
  if (timeoutCodes.has(code))
    return failing('timed_out', `no answer in time: ${describeError(error)}`, { acted });
  return failing(sent ? 'broken' : 'unreachable', describeError(error), { acted });
}
