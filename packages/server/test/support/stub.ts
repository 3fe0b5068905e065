import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@boomgate/engine';

/** What the stub received: the bytes, the headers, and the message in them. */
export type Received = {
  readonly raw: string;
  readonly headers: IncomingMessage['headers'];
  readonly message: { readonly id?: number | string; readonly method?: string; readonly params?: JsonObject };
};

export type StubOptions = {
  readonly era: 'modern' | 'legacy';
  /** Tool definitions; `inputSchema` may be left out. */
  readonly tools: readonly {
    readonly name: string;
    readonly inputSchema?: object;
    readonly outputSchema?: object;
    readonly annotations?: object;
  }[];
  /** Answers a call itself when it returns true. */
  readonly onCall?: (received: Received, response: ServerResponse) => boolean | Promise<boolean>;
  /** Answers a request itself, before it is read, when it returns true. */
  readonly guard?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What it waits for before it says who it is. */
  readonly untilReady?: () => Promise<unknown>;
};

/** An MCP server over plain `node:http` that keeps every byte it received and does nothing clever. */
export type Stub = AsyncDisposable & {
  readonly url: string;
  readonly received: Received[];
  /** Of `tools/call` only. */
  readonly calls: () => readonly Received[];
};

export async function startStub(options: StubOptions): Promise<Stub> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    if (options.guard?.(request, response) === true) return;
    const raw = await readAll(request);
    if (request.method !== 'POST')
      return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
    // The stub's peer is the gateway, which sends JSON-RPC.
    const message = JSON.parse(raw) as Received['message'];
    const one = { raw, headers: request.headers, message };
    received.push(one);
    if (message.id === undefined) return void response.writeHead(202).end();
    if (message.method === 'initialize') await options.untilReady?.();
    if (message.method === 'tools/call' && (await options.onCall?.(one, response)) === true) return;
    const result = resultOf(message.method ?? '', options);
    const body = result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
    answer(
      response,
      { jsonrpc: '2.0', id: message.id, ...body },
      message.method === 'initialize' ? { 'mcp-session-id': 'stub-session' } : {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    received,
    calls: () => received.filter(({ message }) => message.method === 'tools/call'),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function answer(
  response: ServerResponse,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function resultOf(method: string, { era, tools }: StubOptions): object | undefined {
  const modern = era === 'modern' ? { resultType: 'complete' } : {};
  const cache = era === 'modern' ? { ttlMs: 60_000, cacheScope: 'public' } : {};
  const capabilities = { tools: {} };
  switch (method) {
    case 'server/discover':
      return era === 'modern'
        ? { ...modern, ...cache, supportedVersions: ['2026-07-28'], capabilities }
        : undefined;
    case 'initialize':
      return era === 'legacy'
        ? { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 'stub', version: '1' } }
        : undefined;
    case 'tools/list':
      return {
        ...modern,
        ...cache,
        tools: tools.map((tool) => ({ inputSchema: { type: 'object' }, ...tool })),
      };
    case 'tools/call':
      return { ...modern, content: [{ type: 'text', text: 'done' }] };
    default:
      return undefined;
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
