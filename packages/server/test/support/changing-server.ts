import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as OldServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer as NewServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';

/** A tool as a server registers it; its arguments are texts. */
type Registered = {
  readonly name: string;
  readonly description?: string;
  readonly args?: readonly string[];
  readonly readOnlyHint?: boolean;
};

/** A server of an official kit whose tools change while it runs, and which announces that. Each tool answers with its name. */
export type ChangingServer = AsyncDisposable & {
  readonly url: string;
  readonly change: (tools: readonly Registered[]) => void;
};

const INFO = { name: 'changing', version: '1' };
const OPTIONS = { capabilities: { tools: { listChanged: true } } };

function settings({ args = [], description = '', readOnlyHint }: Registered) {
  return {
    description,
    inputSchema: z.object(Object.fromEntries(args.map((name) => [name, z.string().optional()]))),
    ...(readOnlyHint === undefined ? {} : { annotations: { readOnlyHint } }),
  };
}

const answer = (name: string) => async () => ({ content: [{ type: 'text' as const, text: name }] });

/** A server of the newest revision, which announces by `subscriptions/listen`. */
async function startModern(first: readonly Registered[]): Promise<ChangingServer> {
  let tools = first;
  const handler = createMcpHandler(
    () => {
      const server = new NewServer(INFO, OPTIONS);
      for (const one of tools) server.registerTool(one.name, settings(one), answer(one.name));
      return server;
    },
    { legacy: 'reject' },
  );
  const serve = toNodeHandler(handler);
  // The type of the kit forbids `undefined` for headers that are absent, which Node's own type has.
  const listening = await listen(
    (request, response) => void serve(request as Parameters<typeof serve>[0], response),
  );
  return {
    ...listening,
    change: (next) => {
      tools = next;
      handler.notify.toolsChanged();
    },
  };
}

/** A server with sessions, which announces on their streams. */
async function startLegacy(first: readonly Registered[]): Promise<ChangingServer> {
  let tools = first;
  const sessions = new Map<string, { transport: StreamableHTTPServerTransport; refill: () => void }>();
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const server = new OldServer(INFO, OPTIONS);
    const fill = () =>
      tools.map((one) => {
        const { inputSchema, ...rest } = settings(one);
        return server.registerTool(one.name, { ...rest, inputSchema: inputSchema.shape }, answer(one.name));
      });
    let registered = fill();
    const refill = (): void => {
      for (const one of registered) one.remove();
      registered = fill();
    };
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { transport, refill }),
    });
    // The kit's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await server.connect(transport as Parameters<OldServer['connect']>[0]);
    return transport;
  };
  const listening = await listen(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id)?.transport : undefined;
    if (known === undefined && id !== undefined) return void response.writeHead(404).end();
    await (known ?? (await open())).handleRequest(request, response);
  });
  return {
    ...listening,
    change: (next) => {
      tools = next;
      for (const { refill } of sessions.values()) refill();
    },
  };
}

export const startChangingServer = { modern: startModern, legacy: startLegacy };

async function listen(handle: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
