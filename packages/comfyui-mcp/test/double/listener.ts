import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Calls } from './calls.ts';
import type { Comfy } from './comfy.ts';
import { isForeign } from './origin.ts';
import type { Asked, Reply, Route } from './reply.ts';
import { fileRoutes } from './routes-files.ts';
import { jobRoutes } from './routes-jobs.ts';
import { queueRoutes } from './routes-queue.ts';
import { FEATURES } from './sockets.ts';

/**
 * What goes wrong: no connection; an answer 500; no answer, and no effect, until the fault is mended; an answer that
 * breaks off, to a request that took effect. `refuse` concerns the whole server, the others one route or all.
 */
export type Fault = 'refuse' | '500' | 'hang' | 'close';

type Matched = { readonly route: string; readonly parts: Asked['parts']; readonly handle: Route };

/** The HTTP surface: routes twice, with and without `/api`, faults, and the count of calls. */
export class Listener {
  readonly #comfy: Comfy;
  readonly #calls: Calls;
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #faults = new Map<string, Fault>();
  #mended = Promise.withResolvers<void>();
  #server: Server | undefined;
  #port: number;

  constructor(comfy: Comfy, calls: Calls, port: number) {
    this.#comfy = comfy;
    this.#calls = calls;
    this.#port = port;
    this.#routes = {
      'GET /': () => ({
        status: 200,
        body: '<title>ComfyUI</title>',
        headers: { 'content-type': 'text/html' },
      }),
      ...queueRoutes,
      ...fileRoutes,
      ...(comfy.age === 'jobs_api' ? jobRoutes : {}),
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    // A listening TCP server has an address with a port.
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    this.#comfy.sockets.dropAll();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async fail(fault: Fault, route = '*'): Promise<void> {
    if (fault === 'refuse') await this.close();
    else this.#faults.set(route, fault);
  }

  async mend(): Promise<void> {
    this.#faults.clear();
    this.#mended.resolve();
    this.#mended = Promise.withResolvers();
    if (this.#server === undefined) await this.open();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname } = urlOf(request);
    const isSocket = pathname === '/ws' || pathname === '/api/ws';
    const foreign = isForeign(request.headers.host, request.headers.origin);
    if (isSocket && !foreign) {
      this.#calls.note({ route: 'GET /ws', path: request.url ?? '', body: '' });
      this.#comfy.sockets.accept(request, socket, head);
    } else socket.end(`HTTP/1.1 ${foreign ? '403 Forbidden' : '404 Not Found'}\r\nconnection: close\r\n\r\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    // The client went away while it was sending.
    if (body === undefined) return;
    const { pathname, searchParams } = urlOf(request);
    const method = request.method ?? 'GET';
    const matched = this.#match(method, pathname);
    const route = matched?.route ?? `${method} ${pathname}`;
    this.#calls.note({ route, path: request.url ?? '', body: body.toString('utf8') });
    const fault = this.#faults.get(route) ?? this.#faults.get('*');
    if (fault === 'hang') await this.#mended.promise;
    const asked = { method, query: searchParams, parts: matched?.parts ?? {}, body };
    const type = request.headers['content-type'] ?? '';
    const reply =
      fault === '500'
        ? CRASHED
        : isForeign(request.headers.host, request.headers.origin)
          ? { status: 403 }
          : await this.#handle(matched, { ...asked, type });
    if (fault === 'close') breakOff(response, reply);
    else send(response, reply);
  }

  async #handle(matched: Matched | undefined, asked: Asked): Promise<Reply> {
    // Everything that is no route belongs to the files of the front end, which may be read only.
    if (matched === undefined) return ['GET', 'HEAD'].includes(asked.method) ? NOT_FOUND : NOT_ALLOWED;
    if (asked.body.length > FEATURES.max_upload_size) return { status: 413 };
    try {
      return await matched.handle(asked, this.#comfy);
    } catch {
      return CRASHED;
    }
  }

  #match(method: string, pathname: string): Matched | undefined {
    const paths = pathname.startsWith('/api/') ? [pathname, pathname.slice(4)] : [pathname];
    for (const path of paths) {
      for (const [route, handle] of Object.entries(this.#routes)) {
        const parts = partsOf(route, `${method} ${path}`);
        if (parts !== undefined) return { route, parts, handle };
      }
    }
    return undefined;
  }
}

const CRASHED: Reply = {
  status: 500,
  body: '500 Internal Server Error\n\nServer got itself in trouble',
};
const NOT_FOUND: Reply = { status: 404, body: '404: Not Found' };
const NOT_ALLOWED: Reply = { status: 405, body: '405: Method Not Allowed' };

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://comfyui');
}

/** What stands for the `{names}` of a route, when it fits. */
function partsOf(route: string, asked: string): Asked['parts'] | undefined {
  const pattern = route.split('/');
  const given = asked.split('/');
  if (pattern.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, piece] of pattern.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined ? piece !== value : value === '') return undefined;
    if (name !== undefined) parts[name] = decodeURIComponent(value);
  }
  return parts;
}

function send(response: ServerResponse, reply: Reply): void {
  const { bytes, type } = bytesOf(reply);
  response.writeHead(reply.status, {
    'content-type': type,
    'content-length': bytes.length,
    ...reply.headers,
  });
  response.end(bytes);
}

/** Announces the whole answer, sends less, and closes the connection. */
function breakOff(response: ServerResponse, reply: Reply): void {
  const { bytes, type } = bytesOf(reply);
  response.writeHead(reply.status, { 'content-type': type, 'content-length': bytes.length + 1 });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function bytesOf({ body }: Reply): { readonly bytes: Buffer; readonly type: string } {
  if (body === undefined) return { bytes: Buffer.alloc(0), type: 'application/octet-stream' };
  if (Buffer.isBuffer(body)) return { bytes: body, type: 'application/octet-stream' };
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain; charset=utf-8' };
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json; charset=utf-8' };
}
