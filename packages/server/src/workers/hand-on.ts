import { type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { HandOn } from '../proxy/index.ts';
import { HOME_LOOK_MS, HOME_MS } from './bounds.ts';

/** Of one connection alone (RFC 9110 §7.6.1), or about a body that was read already. */
const OF_THIS_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'expect']);
const OF_THE_BODY = new Set(['content-length', 'transfer-encoding']);
/** Where a request came from that another process hands on; what an agent sends under this name is dropped. */
const PEER = 'x-boomgate-peer';

type Told = { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> };

/** The address of whoever sent a request that was handed on. Only to be believed where all requests come from other processes of the gateway. */
export function handedAddress({ headers }: Told): string | undefined {
  const told = headers[PEER];
  return typeof told === 'string' && told !== '' ? told : undefined;
}

/**
 * Gives requests to the process behind a socket, as they came, and its answers back as they come. One connection for each: an idle one
 * could close in the moment in which it is used, and nothing is sent twice.
 */
export function handOnTo(socketPath: string): HandOn {
  return async ({ body, request, response }) => {
    const way = await reach(socketPath, response);
    if (way === undefined) return void refuse(response);
    try {
      carry({ body, request, response, way });
    } catch {
      // What Node receives and would not send: an address that is none.
      way.destroy();
      say(response, 400, { error: 'malformed', message: 'expected an address and headers as HTTP has them' });
    }
    return undefined;
  };
}

/**
 * Has whoever handed on a request close the connection, once they have the whole answer. Closed here while something of a body is unread, the
 * system would refuse the rest of it, and the answer would be thrown away there with what cannot be sent.
 */
export function leaveClosing(server: Server, isOutside: (connection: Socket) => boolean): void {
  server.prependListener('connection', (connection) => {
    if (!isOutside(connection)) connection.destroySoon = () => connection.end();
  });
}

type Handed = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string | undefined;
  readonly way: Socket;
};

function carry({ body, request, response, way }: Handed): void {
  const sent = open({
    createConnection: () => way,
    path: request.url,
    method: request.method,
    headers: headersOf(request, body),
    setHost: false,
  });
  sent.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer));
    // A stream may have nothing to say for a while after it has begun.
    if (answer.headers['content-length'] === undefined) response.flushHeaders();
    answer.pipe(response);
    answer.on('close', () => {
      way.destroy();
      if (!answer.complete) response.destroy();
    });
  });
  sent.on('error', () => {
    if (response.headersSent) response.destroy();
    else broken(response);
  });
  response.on('close', () => response.writableFinished || sent.destroy());
  if (body === undefined) request.pipe(sent);
  else sent.end(body);
}

/** A connection to the process, also when it is about to be replaced; undefined when it does not come in time. */
async function reach(socketPath: string, { destroyed }: ServerResponse): Promise<Socket | undefined> {
  const deadlineMs = performance.now() + HOME_MS;
  while (!destroyed && performance.now() < deadlineMs) {
    const way = await new Promise<Socket | undefined>((resolve) => {
      const socket = connect(socketPath);
      socket.once('connect', () => resolve(socket));
      socket.once('error', () => resolve(undefined));
    });
    if (way !== undefined) return way;
    await pause(HOME_LOOK_MS);
  }
  return undefined;
}

function headersOf(request: IncomingMessage, body: string | undefined): string[] {
  const kept = without(request.rawHeaders, (name) => {
    return OF_THIS_HOP.has(name) || name === PEER || (body !== undefined && OF_THE_BODY.has(name));
  });
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  return [...kept, ...length, PEER, request.socket.remoteAddress ?? '', 'connection', 'close'];
}

function answerHeaders({ rawHeaders }: IncomingMessage): string[] {
  return without(rawHeaders, (name) => OF_THIS_HOP.has(name) || name === 'transfer-encoding');
}

function without(raw: readonly string[], isDropped: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2)
    if (!isDropped((raw[at] ?? '').toLowerCase())) kept.push(raw[at] ?? '', raw[at + 1] ?? '');
  return kept;
}

function refuse(response: ServerResponse): void {
  say(response, 503, {
    error: 'restarting',
    message: 'the part of the gateway that serves this is being replaced; nothing was done, try again',
  });
}

function broken(response: ServerResponse): void {
  say(response, 502, {
    error: 'broken_off',
    message: 'the part of the gateway that served this stopped; the request may have been carried out',
  });
}

function say(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed || response.headersSent) return;
  response
    .writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' })
    .end(`${JSON.stringify(body)}\n`);
}
