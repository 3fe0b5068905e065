import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

export const TOKEN = `bg_${'a'.repeat(49)}`;

type SeenRequest = { readonly method: string; readonly headers: IncomingMessage['headers'] };

/** A real MCP server over HTTP behind a bearer check, and what it saw. */
export type TestServer = AsyncDisposable & {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Calls of `wait` that began, and that were cancelled. */
  readonly waits: { begun: number; cancelled: number };
};

type Waits = TestServer['waits'];

/** Serves both eras without sessions, as the official server of the newest generation does. */
export function startDualServer(): Promise<TestServer> {
  const waits: Waits = { begun: 0, cancelled: 0 };
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'test', version: '1.0.0' });
    server.registerTool(
      'greet',
      {
        inputSchema: z.object({
          name: z.string(),
          region: z.string().optional().meta({ 'x-mcp-header': 'Region' }),
        }),
      },
      async ({ name }) => ({ content: [{ type: 'text', text: `hello ${name}` }] }),
    );
    server.registerPrompt('grüß', {}, async () => ({
      messages: [{ role: 'user', content: { type: 'text', text: 'servus' } }],
    }));
    server.registerTool('wait', { inputSchema: z.object({}) }, (_, context) =>
      waitFor(waits, context.mcpReq.signal),
    );
    server.registerTool('progress', { inputSchema: z.object({}) }, async (_, context) => {
      const progressToken = context.mcpReq._meta?.progressToken;
      if (progressToken !== undefined) {
        for (const progress of [1, 2]) {
          await context.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress },
          });
        }
      }
      return { content: [{ type: 'text', text: 'done' }] };
    });
    return server;
  });
  const serve = toNodeHandler(handler);
  // The package's types are looser than Node's own under exact optional properties.
  return listen((request, response) => void serve(request as NodeIncomingMessageLike, response), waits);
}

/** Serves legacy sessions, as the servers of the older generation do. `forget` drops all sessions. */
export async function startSessionServer(): Promise<TestServer & { readonly forget: () => void }> {
  const waits: Waits = { begun: 0, cancelled: 0 };
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const listener: RequestListener = async (request, response) => {
    const id = request.headers['mcp-session-id'];
    let transport = typeof id === 'string' ? sessions.get(id) : undefined;
    if (typeof id === 'string' && transport === undefined) {
      response.writeHead(404).end();
      return;
    }
    transport ??= await openSession(sessions, waits);
    await transport.handleRequest(request, response);
  };
  return Object.assign(await listen(listener, waits), { forget: () => sessions.clear() });
}

async function openSession(
  sessions: Map<string, StreamableHTTPServerTransport>,
  waits: Waits,
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  const server = new LegacyServer({ name: 'test', version: '1.0.0' });
  server.registerTool('greet', { inputSchema: { name: z.string() } }, async ({ name }) => ({
    content: [{ type: 'text', text: `hello ${name}` }],
  }));
  server.registerTool('wait', { inputSchema: {} }, (_, { signal }) => waitFor(waits, signal));
  server.registerTool('ask', { inputSchema: {} }, async () => {
    const answer = await server.server.elicitInput({
      message: 'your name?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    });
    return { content: [{ type: 'text', text: `it is ${String(answer.content?.['name'])}` }] };
  });
  server.registerTool('change', { inputSchema: {} }, async () => {
    // Sent outside any request, so it travels on the session's own stream.
    setImmediate(() => server.sendToolListChanged());
    return { content: [{ type: 'text', text: 'changed' }] };
  });
  // The transport's own types are looser than the SDK's interface under exact optional properties.
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  return transport;
}

function waitFor(waits: Waits, signal: AbortSignal): Promise<{ content: [] }> {
  waits.begun += 1;
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      waits.cancelled += 1;
      reject(new Error('cancelled'));
    });
  });
}

async function listen(listener: RequestListener, waits: Waits): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', headers: request.headers });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end();
    else if (request.url === '/mcp/test') listener(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, waits, [Symbol.asyncDispose]: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
