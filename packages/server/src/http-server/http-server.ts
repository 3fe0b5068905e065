import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type Socket, Server as SocketServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import {
  BODY_CHUNK_BYTES,
  HEADERS_MS,
  IDLE_CONNECTION_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_OF_NETWORK,
  MAX_HEADER_BYTES,
  REQUEST_MS,
  SHUTDOWN_GRACE_MS,
  STOP_NOTICE_MS,
} from '../limits/index.ts';
import { limitNetworks } from './network-places.ts';

/** What senders may make slow or many; each has its reason where its constant stands. */
export type HttpBounds = {
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long a connection may wait for its next request. */
  readonly idleMs: number;
  readonly connections: number;
  /** Of one network: an IPv4 address, or a /56 of IPv6. */
  readonly connectionsOfNetwork: number;
  /** Milliseconds that requests under way get when the gateway stops. */
  readonly graceMs: number;
};

const BOUNDS: HttpBounds = {
  headersMs: HEADERS_MS,
  requestMs: REQUEST_MS,
  idleMs: IDLE_CONNECTION_MS,
  connections: MAX_CONNECTIONS,
  connectionsOfNetwork: MAX_CONNECTIONS_OF_NETWORK,
  graceMs: SHUTDOWN_GRACE_MS,
};

/** Looks for slow senders so often that none stays much longer than it may. */
const CHECKS_PER_LIMIT = 10;
const CHECK_MS_MIN = 50;

export type HttpServer = {
  readonly server: Server;
  /** False as soon as the gateway begins to stop: whoever spreads the load sends it elsewhere. */
  readonly isStopping: () => boolean;
  /** From now on it says that it stops, and takes requests as before. */
  readonly announceStop: () => void;
  /** Open connections. */
  readonly connections: () => Promise<number>;
  /** Serves a connection that another process accepted. */
  readonly take: (connection: Socket) => void;
  /** Lets agents leave their connections, stops accepting, waits for what is under way, closes the rest. */
  readonly stop: () => Promise<void>;
};

/** The listening side: how long a sender may take, how many connections there may be, and how all of them end. */
export function openHttpServer(handle: RequestListener, bounds: Partial<HttpBounds> = {}): HttpServer {
  const { connections, connectionsOfNetwork, graceMs, headersMs, idleMs, requestMs } = {
    ...BOUNDS,
    ...bounds,
  };
  keepRequestsYoung();
  const requests = new OpenRequests();
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: Math.max(CHECK_MS_MIN, Math.min(headersMs, requestMs) / CHECKS_PER_LIMIT),
    },
    (request, response) => {
      requests.enter(response);
      boundRest(request, response);
      handle(request, response);
    },
  );
  server.on('connection', () => requests.expect());
  server.maxConnections = connections;
  makeRoom(server);
  limitNetworks(server, connectionsOfNetwork);
  return {
    server,
    isStopping: () => requests.areLast,
    announceStop: () => {
      requests.areLast = true;
    },
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      ),
    take: taker(server, connections),
    stop: () => stop(server, requests, graceMs),
  };
}

/** Chunks that the rest of a body has in any case. */
const CHUNKS_MIN = 128;

/**
 * What is left of a body when its request is answered runs out unread, as clients send it whole before they read; but not in pieces of a byte, which
 * take as long as their sender likes.
 */
function boundRest(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['transfer-encoding'] === undefined) return;
  // Ahead of the server's own, which would read on and count nothing.
  response.prependOnceListener('finish', () => {
    if (request.complete) return;
    let chunks = 0;
    let bytes = 0;
    const count = ({ length }: Buffer): void => {
      chunks += 1;
      bytes += length;
      if (chunks <= CHUNKS_MIN + bytes / BODY_CHUNK_BYTES) return;
      request.off('data', count);
      request.socket.destroy();
    };
    request.on('data', count).resume();
  });
}

/**
 * Once many requests have waited, V8 takes what is made for a request for long-lived and makes it among its old objects, for good. There it
 * is left when the request is answered, and keeps alive all that it points to: every young collection copies whole requests
 * that are over. This is of the process, as there is no such setting for a part of it.
 */
function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** The server counts connections that it accepted itself; these are counted here. */
function taker(server: Server, most: number): (connection: Socket) => void {
  let taken = 0;
  return (connection) => {
    if (taken >= most) {
      server.emit('drop');
      connection.destroy();
      return;
    }
    taken += 1;
    connection.once('close', () => {
      taken -= 1;
    });
    // As of connections that it accepts itself: who has sent everything may still be answered.
    connection.allowHalfOpen = true;
    server.emit('connection', connection);
  };
}

/** Milliseconds between looks for idle connections: each look goes over all of them. */
const ROOM_CHECK_MS = 100;

/** Where there is no place for a new connection, those that wait for nothing are closed, so that the next gets one. */
function makeRoom(server: Server): void {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    const nowMs = performance.now();
    if (nowMs - lookedAtMs < ROOM_CHECK_MS) return;
    lookedAtMs = nowMs;
    server.closeIdleConnections();
  });
}

async function stop(server: Server, requests: OpenRequests, graceMs: number): Promise<void> {
  requests.areLast = true;
  if (requests.cameWithin(RECENT_MS)) await pause(STOP_NOTICE_MS);
  await emptyBacklog(server);
  // Accepts nobody from now on. That of `node:http` also ends who has not asked yet, from Node 26 on.
  SocketServer.prototype.close.call(server);
  const deadlineMs = performance.now() + graceMs;
  do {
    await requests.ended(deadlineMs - performance.now());
    // Whoever was accepted before may be about to ask.
    if (requests.cameWithin(LAST_CHANCE_MS)) await lastChance();
  } while (requests.cameWithin(LAST_CHANCE_MS) && performance.now() < deadlineMs);
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Turns of the event loop without a new connection after which none waits to be accepted, and the most turns. */
const QUIET_TURNS = 3;
const TURNS_MAX = 1_000;

/** Takes the connections that the system holds for us: closing would reset them with the requests that they carry. */
async function emptyBacklog(server: Server): Promise<void> {
  let quiet = 0;
  const onConnection = () => {
    quiet = 0;
  };
  server.on('connection', onConnection);
  for (let turns = 0; quiet < QUIET_TURNS && turns < TURNS_MAX; turns += 1) {
    quiet += 1;
    await nextTurn();
  }
  server.off('connection', onConnection);
}

/** Agents that sent nothing for so long need no notice. */
const RECENT_MS = 1_000;
/** Milliseconds without a request or a connection after which the connections that are left are taken for idle. */
export const LAST_CHANCE_MS = 50;

const LAST_CHANCE_STEPS = 10;

/** In steps, of which a standstill of the process is one: whoever asked meanwhile is heard in those that follow. */
async function lastChance(): Promise<void> {
  for (let step = 0; step < LAST_CHANCE_STEPS; step += 1) await pause(LAST_CHANCE_MS / LAST_CHANCE_STEPS);
  // The system's news come after timers that are due.
  await nextTurn();
}

/** The requests that are not answered yet. */
class OpenRequests {
  /** The gateway is stopping, so that every answer closes its connection. */
  areLast = false;
  #open = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #onIdle: (() => void) | undefined;

  /** Somebody connected, who is about to ask. */
  expect(): void {
    this.#lastAtMs = performance.now();
  }

  enter(response: ServerResponse<IncomingMessage>): void {
    this.#open += 1;
    this.#lastAtMs = performance.now();
    if (this.areLast) response.setHeader('connection', 'close');
    response.on('close', () => {
      this.#open -= 1;
      if (this.#open === 0) this.#onIdle?.();
    });
  }

  cameWithin(ms: number): boolean {
    return this.#open > 0 || performance.now() - this.#lastAtMs < ms;
  }

  /** Resolves when none is open, or after `graceMs`. */
  async ended(graceMs: number): Promise<void> {
    if (this.#open === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, graceMs);
      this.#onIdle = () => {
        clearTimeout(deadline);
        resolve();
      };
    });
  }
}
