import { isIP } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { AddressRefused, guardedLookup, isSpecialAddress } from './addresses.ts';
import { CONNECTIONS_PER_SERVER, DRAIN_MS, WAITING_PER_SERVER } from './bounds.ts';
import { type Clock, within } from './clock.ts';
import type { HttpTarget, Timeouts } from './contract.ts';
import { describeError, type Failing, failing } from './failures.ts';
import { Turns } from './http/turns.ts';

/** The one way out over HTTP: a pool of connections to the origin of one server, with the rules of gateway §6. */
export interface Egress extends AsyncDisposable {
  /** Scheme, host and port, for the operator: a path or query could hold a secret. */
  readonly origin: string;
  /** The headers that the server's own settings add, flat: name, value, name, value. */
  readonly ownHeaders: readonly string[];
  /** Whose turn it is to use a connection; every request takes one before it is dispatched. */
  readonly turns: Turns;
  /** Sends one request; redirects are not followed, nothing is decompressed and nothing is sent twice. */
  dispatch(request: EgressRequest, handler: Dispatcher.DispatchHandler): void;
}

export type EgressRequest = {
  readonly method: 'POST' | 'DELETE';
  /** Flat: name, value, name, value. */
  readonly headers: string[];
  readonly body: string | null;
};

/** Headers that belong to the connection or to the protocol, so that a server's settings cannot replace them. */
const reservedHeaders =
  /^(?:host|connection|keep-alive|upgrade|te|trailer|expect|transfer-encoding|content-length|content-type|accept|accept-encoding|mcp-.*)$/i;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Opens the way to a server, or says why its settings cannot be used. Nothing is connected before the first request. */
export function openEgress(
  target: HttpTarget,
  options: { readonly timeouts: Timeouts; readonly clock: Clock },
): Egress | Failing {
  const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
  const problem =
    url === undefined ? 'the url of the server is not a valid url' : urlProblem(url, target.allowPrivate);
  if (url === undefined || problem !== undefined) return refused(problem ?? '');
  const badHeader = Object.entries(target.headers).find(
    ([name, value]) => reservedHeaders.test(name) || !headerName.test(name) || !headerValue.test(value),
  );
  if (badHeader !== undefined) {
    return failing('not_started', `the header ${JSON.stringify(badHeader[0])} cannot be set for a server`, {
      acted: 'no',
    });
  }
  const { timeouts, clock } = options;
  const pool = new Pool(url.origin, {
    allowH2: false,
    connections: CONNECTIONS_PER_SERVER,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    connect: guardedConnector(target.allowPrivate, timeouts.connectMs),
  });
  const bounds = {
    running: CONNECTIONS_PER_SERVER,
    waiting: WAITING_PER_SERVER,
    waitMs: timeouts.firstByteMs,
  };
  const path = `${url.pathname}${url.search}`;
  return {
    origin: url.origin,
    ownHeaders: Object.entries(target.headers).flat(),
    turns: new Turns(bounds, clock),
    dispatch: (request, handler) => {
      pool.dispatch({ path, ...request }, handler);
    },
    async [Symbol.asyncDispose]() {
      await within(pool.close(), { clock, ms: DRAIN_MS, late: undefined });
      await pool.destroy();
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

function guardedConnector(allowPrivate: boolean, connectMs: number): buildConnector.connector {
  const options = {
    lookup: guardedLookup(allowPrivate),
    timeout: connectMs,
    allowH2: false,
    // Said here so that no variable of the environment can switch the check of certificates off.
    rejectUnauthorized: true,
  };
  // The types of undici ask for a port or path, which its connector takes from each request instead.
  const connect = buildConnector(options as unknown as buildConnector.BuildOptions);
  return (request, callback) =>
    connect(request, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const reached = socket.remoteAddress ?? '';
      if (allowPrivate || !isSpecialAddress(reached)) return callback(null, socket);
      socket.destroy();
      callback(new AddressRefused(request.hostname, reached), null);
    });
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
