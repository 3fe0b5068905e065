import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  inputRequired,
  McpServer,
  type ServerNotifier,
} from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { type Listening, listening } from './fixtures.ts';

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });
const answer = z.object({ name: z.string() });

/** A server of the official kit of the second generation. */
export function newKitServer(): McpServer {
  const server = new McpServer(
    { name: 'new kit', version: '1' },
    {
      capabilities: {
        logging: {},
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
      },
    },
  );
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async (args) =>
    text(args.text),
  );
  server.registerTool('capabilities', {}, async (context) => {
    // A cast: the type of the kit leaves this key out of what it keeps.
    const envelope = context.mcpReq.envelope as Record<string, unknown> | undefined;
    return text(envelope?.[CLIENT_CAPABILITIES_META_KEY]);
  });
  server.registerTool('ask', {}, async (context) => {
    const given = acceptedContent(context.mcpReq.inputResponses, 'who', answer);
    if (given !== undefined) return text({ given, state: context.mcpReq.requestState() });
    return inputRequired({
      inputRequests: { who: inputRequired.elicit({ message: 'who?', requestedSchema: answer }) },
      requestState: ' opaque "é" ',
    });
  });
  server.registerTool('log', {}, async (context) => {
    for (const level of ['debug', 'info', 'warning', 'error'] as const)
      await context.mcpReq.log(level, level);
    return text('logged');
  });
  server.registerResource('note', 'note://one', {}, async () => ({
    contents: [{ uri: 'note://one', text: 'x' }],
  }));
  return server;
}

export type NewKit = Listening & { readonly notify: ServerNotifier; readonly open: () => number };

export async function newKitOverHttp(): Promise<NewKit> {
  const handler = createMcpHandler(() => newKitServer(), { legacy: 'reject' });
  const serve = toNodeHandler(handler);
  const streams = new Set<unknown>();
  const server = await listening((request, response) => {
    if (request.headers['mcp-method'] === 'subscriptions/listen') {
      streams.add(response);
      response.on('close', () => streams.delete(response));
    }
    // The type of the kit forbids `undefined` for headers that are absent, which Node's own type has.
    void serve(request as Parameters<typeof serve>[0], response);
  });
  return { ...server, notify: handler.notify, open: () => streams.size };
}
