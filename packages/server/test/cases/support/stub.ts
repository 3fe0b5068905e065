import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@boomgate/engine';
import { Announcer } from './announcer.ts';
import { parseExactly } from './exact.ts';
import type { Era } from './fixture.ts';

/** One message as it reached a server. */
export type Received = {
  readonly raw: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly url: string;
  readonly message: { readonly id?: number | string; readonly method?: string; readonly params?: JsonObject };
};

/** How a server answers one message; ends the response itself, or never. */
export type Behaviour = (received: Received, response: ServerResponse) => void | Promise<void>;

export type StubSettings = {
  readonly era: Era;
  /** Tool definitions; `inputSchema` may be left out. */
  readonly tools: readonly object[];
  /** Further methods that it answers, such as `resources/read`, and what it declares for them. */
  readonly results?: Readonly<Record<string, object>>;
  readonly capabilities?: object;
  /** Announces what its `announcer` is told to, and declares that of its tools. */
  readonly announces?: true;
  /** Called for every message before it is answered. */
  readonly onReceived?: (received: Received) => void;
};

/** An MCP server that keeps every byte it received and does as it is told. */
export type ScriptedStub = AsyncDisposable & {
  readonly url: string;
  readonly era: Era;
  readonly received: Received[];
  readonly announcer: Announcer;
  /** Of `tools/call` only. */
  readonly calls: () => readonly Received[];
  /** The next call that has no behaviour yet is answered so. */
  readonly nextCall: (behaviour: Behaviour) => void;
  /** All messages of a method are answered so, until `reset`. */
  readonly always: (method: string, behaviour: Behaviour) => void;
  readonly reset: () => void;
};

export async function startScriptedStub(settings: StubSettings): Promise<ScriptedStub> {
  const received: Received[] = [];
  const queue: Behaviour[] = [];
  const scripted = new Map<string, Behaviour>();
  const announcer = new Announcer();
  const server = createServer(async (request, response) => {
    const raw = await readAll(request);
    if (request.method === 'GET' && settings.announces === true) return announcer.openSession(response);
    if (request.method !== 'POST')
      return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
    const { headers, rawHeaders, url = '' } = request;
    // The stub's peer is the gateway, which sends JSON-RPC.
    const message = parseExactly(raw) as Received['message'];
    const one = { raw, headers, rawHeaders, url, message };
    received.push(one);
    settings.onReceived?.(one);
    // A notification, or the reply to something that the stub asked.
    if (message.id === undefined || message.method === undefined) return void response.writeHead(202).end();
    const { method } = message;
    const script = (method === 'tools/call' ? queue.shift() : undefined) ?? scripted.get(method);
    if (script === undefined && method === 'subscriptions/listen' && settings.announces === true)
      return announcer.listen(one, response);
    await (script ?? ordinary(settings))(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    era: settings.era,
    received,
    announcer,
    calls: () => received.filter(({ message }) => message.method === 'tools/call'),
    nextCall: (behaviour) => void queue.push(behaviour),
    always: (method, behaviour) => void scripted.set(method, behaviour),
    reset: () => {
      queue.length = 0;
      scripted.clear();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Behaviours by name. */
export const behave = {
  /** Waits, then answers with a result. */
  delay:
    (ms: number, result: object = DONE): Behaviour =>
    (received, response) =>
      void setTimeout(() => answer(response, received, { result: complete(result) }), ms).unref(),
  /** Closes the connection without an answer. */
  drop: (): Behaviour => (_received, response) => void response.destroy(),
  /** Never answers. */
  silence: (): Behaviour => () => undefined,
  result:
    (result: object): Behaviour =>
    (received, response) =>
      answer(response, received, { result: complete(result) }),
  error:
    (code: number, message: string): Behaviour =>
    (received, response) =>
      answer(response, received, { error: { code, message } }),
  /** An HTTP answer without JSON-RPC. */
  status:
    (status: number, text = '', headers: Readonly<Record<string, string>> = {}): Behaviour =>
    (_received, response) =>
      void response.writeHead(status, headers).end(text),
  /** JSON text as it is; `ID` in it stands for the id of the request. */
  garble:
    (text: string): Behaviour =>
    ({ message }, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(text.replaceAll('ID', JSON.stringify(message.id))),
  /** A result with a text of so many characters. */
  flood: (characters: number): Behaviour =>
    behave.result({ content: [{ type: 'text', text: 'x'.repeat(characters) }] }),
  /** Messages on a stream, made from the request, then the result. */
  stream:
    (messages: (received: Received) => readonly object[], result: object = DONE): Behaviour =>
    (received, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const last = { jsonrpc: '2.0', id: received.message.id, result: complete(result) };
      for (const one of [...messages(received), last])
        response.write(`event: message\ndata: ${JSON.stringify(one)}\n\n`);
      response.end();
    },
  /** Progress of this request on a stream, then the result. The gateway minted a token of its own, which is all that a server has. */
  progress: (steps: readonly object[]): Behaviour =>
    behave.stream(({ message }) => {
      const meta = message.params?.['_meta'] as { progressToken?: unknown } | undefined;
      return steps.map((step) => ({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: meta?.progressToken, ...step },
      }));
    }),
} as const;

const DONE = { content: [{ type: 'text', text: 'done' }] };

/** `resultType` is required of the one era and unknown, hence harmless, to the other. */
function complete(result: object): object {
  return { resultType: 'complete', ...result };
}

function ordinary(settings: StubSettings): Behaviour {
  return (received, response) => {
    const { method = '' } = received.message;
    const result = settings.results?.[method] ?? ownResult(method, settings);
    const body = result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
    answer(response, received, body, method === 'initialize' ? { 'mcp-session-id': 'stub-session' } : {});
  };
}

function ownResult(method: string, settings: StubSettings): object | undefined {
  const { announces = false, capabilities, era, tools } = settings;
  const offered = capabilities ?? { tools: announces ? { listChanged: true } : {} };
  const modern = era === 'modern' ? { resultType: 'complete', ttlMs: 3_600_000, cacheScope: 'public' } : {};
  switch (method) {
    case 'server/discover':
      return era === 'modern'
        ? { ...modern, supportedVersions: ['2026-07-28'], capabilities: offered }
        : undefined;
    case 'initialize':
      return era === 'legacy'
        ? { protocolVersion: '2025-11-25', capabilities: offered, serverInfo: { name: 'stub', version: '1' } }
        : undefined;
    case 'tools/list':
      return { ...modern, tools: tools.map((tool) => ({ inputSchema: { type: 'object' }, ...tool })) };
    case 'tools/call':
      return complete(DONE);
    default:
      return undefined;
  }
}

function answer(
  response: ServerResponse,
  { message }: Received,
  ...[body, headers = {}]: [body: object, headers?: Readonly<Record<string, string>>]
): void {
  const text = JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body });
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
