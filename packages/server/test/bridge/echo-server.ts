/**
 * An MCP server over stdio that answers each call with its own arguments, after random delays and so out of order, with one
 * progress notification before: `echo-server.ts modern|legacy`. Written by hand, since it is to be as unhelpful as possible.
 */
import { createInterface } from 'node:readline';

const [era = 'modern'] = process.argv.slice(2);
const COMPLETE = era === 'modern' ? { resultType: 'complete' } : {};
const CACHE = era === 'modern' ? { ttlMs: 60_000, cacheScope: 'public' } : {};
const CAPABILITIES = { tools: {} };
const MAX_DELAY_MS = 4;

type Incoming = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly arguments?: object; readonly _meta?: { readonly progressToken?: unknown } };
};

const RESULTS: Readonly<Record<string, object | undefined>> = {
  ...(era === 'modern'
    ? { 'server/discover': { supportedVersions: ['2026-07-28'], capabilities: CAPABILITIES, ...CACHE } }
    : {
        initialize: {
          protocolVersion: '2025-11-25',
          capabilities: CAPABILITIES,
          serverInfo: { name: 'echo', version: '1' },
        },
      }),
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }], ...CACHE },
};

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function answerCall({ id, params }: Incoming): void {
  const progressToken = params?._meta?.progressToken;
  const text = JSON.stringify(params?.arguments ?? {});
  if (progressToken !== undefined)
    say({ method: 'notifications/progress', params: { progressToken, progress: 1, message: text } });
  say({ id, result: { ...COMPLETE, content: [{ type: 'text', text }] } });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  // The peer is the gateway, which sends JSON-RPC.
  const message = JSON.parse(line) as Incoming;
  if (message.id === undefined) return;
  if (message.method === 'tools/call') {
    setTimeout(() => answerCall(message), Math.random() * MAX_DELAY_MS);
    return;
  }
  const result = RESULTS[message.method ?? ''];
  if (result === undefined) say({ id: message.id, error: { code: -32601, message: 'Method not found' } });
  else say({ id: message.id, result: { ...COMPLETE, ...result } });
});
