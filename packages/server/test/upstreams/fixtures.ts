import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '@boomgate/engine';
import type { Clock } from '../../src/upstreams/clock.ts';
import {
  openUpstreams,
  type ServerSettings,
  type Upstream,
  type Upstreams,
} from '../../src/upstreams/index.ts';

const bin = join(import.meta.dirname, '../../../../node_modules/.bin');
export const environment = {
  PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: process.env['HOME'],
};

export type Opened = AsyncDisposable & { upstreams: Upstreams; logged: string[] };

/** Upstreams as the gateway opens them, with what they logged. */
export function opened(clock?: Clock): Opened {
  const logged: string[] = [];
  const log = (server: string, line: string) => logged.push(`${server}: ${line}`);
  const options = { log, version: '0.0.0-test', environment };
  const upstreams = openUpstreams(clock === undefined ? options : { ...options, clock });
  return { upstreams, logged, [Symbol.asyncDispose]: async () => upstreams[Symbol.asyncDispose]() };
}

const defaults = {
  organization: 'default',
  era: 'auto',
  isolation: 'shared',
  parking: false,
  drift: 'hold_execute',
  bigNumbers: 'refuse',
  timeouts: { connectMs: 1_000, firstByteMs: 10_000, idleMs: 10_000 },
} as const satisfies Partial<ServerSettings>;

export function httpServer(url: string, more: Partial<ServerSettings> = {}): ServerSettings {
  const target = { kind: 'http', url, headers: {}, allowPrivate: true } as const;
  return {
    id: url,
    slug: 'http',
    target,
    ...defaults,
    ...more,
  };
}

/** One that is known to speak the transport of 2024-11-05. */
export function sseServer(url: string, more: Partial<ServerSettings> = {}): ServerSettings {
  const target = { kind: 'http', url, headers: {}, allowPrivate: true, transport: 'sse' } as const;
  return httpServer(url, { target, ...more });
}

export function stdioServer(
  command: string,
  args: readonly string[],
  more: Partial<ServerSettings> = {},
): ServerSettings {
  const target = { kind: 'stdio', command, args, env: {} } as const;
  return {
    id: `${command} ${args.join(' ')}`,
    slug: 'stdio',
    target,
    ...defaults,
    ...more,
  };
}

/** A process that runs this program; `say` and `onMessage` are given to it. */
export function scriptServer(program: string, more: Partial<ServerSettings> = {}): ServerSettings {
  return stdioServer(process.execPath, ['-e', `${prelude}\n${program}`], { era: 'legacy', ...more });
}

const prelude = `
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
let onMessage = () => {};
const hello = (m) => m.method === 'initialize' && say({ id: m.id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'script', version: '1' } } });
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) { const m = JSON.parse(line); hello(m); onMessage(m); }
});
`;

export type Listening = AsyncDisposable & { url: string };

/** A real HTTP server on loopback. */
export async function listening(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Received = { method: string; headers: IncomingMessage['headers']; body: Message };
export type Message = { id?: number; method?: string; params?: JsonObject; result?: JsonObject };
export type Stub = Listening & { received: Received[] };

/** A server that keeps what it received and answers as the test says; it may do anything that HTTP can. */
export async function stub(
  answer: (message: Message, response: ServerResponse, request: IncomingMessage) => void,
): Promise<Stub> {
  const received: Received[] = [];
  const server = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: Message = text === '' ? {} : JSON.parse(text);
      received.push({ method: request.method ?? '', headers: request.headers, body });
      answer(body, response, request);
    });
  });
  return { ...server, received };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export const result = (id: number | undefined, value: object) => ({ jsonrpc: '2.0', id, result: value });

export function call(
  upstream: Upstream,
  name: string,
  args: JsonObject = {},
  signal = new AbortController().signal,
) {
  return upstream.send({
    method: 'tools/call',
    params: { name, arguments: args },
    signal,
    wantsProgress: false,
  });
}

/** Waits until something is true, for at most five seconds. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited five seconds in vain for ${isTrue}`);
    await pause(10);
  }
}
