import type { IncomingMessage, ServerResponse } from 'node:http';
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CreateMessageResultSchema,
  ElicitResultSchema,
  ListRootsResultSchema,
  McpError,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod/v4';
import { type Listening, listening } from './fixtures.ts';

/** What the servers of one test were asked, for its expectations. */
type OldKitLog = {
  readonly subscribed: string[];
  readonly unsubscribed: string[];
  readonly cancelled: string[];
  readonly servers: Set<McpServer>;
};

export const oldKitLog = (): OldKitLog => ({
  subscribed: [],
  unsubscribed: [],
  cancelled: [],
  servers: new Set(),
});

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });
const form = { type: 'object', properties: { name: { type: 'string' } } } as const;

/** A server of the official kit of the first generation, which speaks legacy revisions only. */
export function oldKitServer(log: OldKitLog): McpServer {
  const server = new McpServer(
    { name: 'old kit', version: '1' },
    {
      capabilities: {
        logging: {},
        resources: { subscribe: true, listChanged: true },
        tools: { listChanged: true },
      },
    },
  );
  log.servers.add(server);
  server.server.onclose = () => log.servers.delete(server);
  server.registerTool('echo', { inputSchema: { text: z.string() } }, async (args) => text(args.text));
  server.registerTool('capabilities', {}, async () => text(server.server.getClientCapabilities()));
  server.registerTool('ask', { inputSchema: { message: z.string() } }, async ({ message }, extra) =>
    text(
      await extra.sendRequest(
        { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema: form } },
        ElicitResultSchema,
      ),
    ),
  );
  server.registerTool('ask-twice', {}, async (extra) => {
    const ask = (message: string) =>
      extra.sendRequest(
        { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema: form } },
        ElicitResultSchema,
      );
    const together = await Promise.all([ask('first'), ask('second')]);
    return text([...together, await ask('third')]);
  });
  server.registerTool('visit', {}, async () => {
    const elicitations = [
      { mode: 'url', url: 'https://example.com/', message: 'sign in', elicitationId: 'e1' },
    ];
    throw new McpError(-32042, 'sign in first', { elicitations });
  });
  server.registerTool('sample', {}, async (extra) =>
    text(
      await extra.sendRequest(
        {
          method: 'sampling/createMessage',
          params: { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 5 },
        },
        CreateMessageResultSchema,
      ),
    ),
  );
  server.registerTool('roots', {}, async (extra) =>
    text(await extra.sendRequest({ method: 'roots/list' }, ListRootsResultSchema)),
  );
  // As most tools in Python do: the question names no call, so that over HTTP it comes on the session's own stream.
  server.registerTool('ask-aside', {}, async () =>
    text([
      await server.server.elicitInput({ mode: 'form', message: 'aside?', requestedSchema: form }),
      await server.server.listRoots(),
      await server.server
        .createMessage({ messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 5 })
        .catch((error: unknown) => String(error)),
    ]),
  );
  server.registerTool('wait', {}, async (extra) => {
    await new Promise<void>((resolve) => extra.signal.addEventListener('abort', () => resolve()));
    log.cancelled.push('wait');
    return text('');
  });
  server.registerTool('log', {}, async (extra) => {
    for (const level of ['debug', 'info', 'warning', 'error'] as const) {
      // The kit itself keeps back what is below the level of the session, but only outside of calls.
      await extra.sendNotification({ method: 'notifications/message', params: { level, data: level } });
    }
    return text('logged');
  });
  server.registerResource('note', 'note://one', {}, async () => ({
    contents: [{ uri: 'note://one', text: 'x' }],
  }));
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    log.subscribed.push(params.uri);
    return {};
  });
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    log.unsubscribed.push(params.uri);
    return {};
  });
  return server;
}

export type OldKit = Listening & {
  readonly log: OldKitLog;
  /** Ends all sessions, as a restart does. */
  readonly forget: () => void;
};

/** The server over Streamable HTTP with sessions; broken streams can be read on. */
export async function oldKitOverHttp(): Promise<OldKit> {
  const log = oldKitLog();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const server = await listening(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (known !== undefined) return known.handleRequest(request, response);
    if (id !== undefined) return void response.writeHead(404).end();
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      eventStore: new InMemoryEventStore(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await oldKitServer(log).connect(transport as Parameters<McpServer['connect']>[0]);
    await transport.handleRequest(request, response);
  });
  return { ...server, log, forget: () => sessions.clear() };
}

/** The server over HTTP+SSE. */
export async function oldKitOverSse(): Promise<OldKit> {
  const log = oldKitLog();
  const streams = new Map<string, { transport: SSEServerTransport; response: ServerResponse }>();
  const server = await listening(async (request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', 'http://here');
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response);
      streams.set(transport.sessionId, { transport, response });
      return oldKitServer(log).connect(transport);
    }
    const known = streams.get(url.searchParams.get('sessionId') ?? '');
    if (known === undefined) return void response.writeHead(url.pathname === '/messages' ? 404 : 405).end();
    return known.transport.handlePostMessage(request, response);
  });
  const forget = () => {
    for (const { response } of streams.values()) response.destroy();
    streams.clear();
  };
  return { ...server, log, forget };
}
