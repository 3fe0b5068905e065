/**
 * An MCP server over stdio, of the newest revision, that says which process it is until its tool `stall` is called: from then on it
 * answers nothing, as a program that hangs.
 */
import { createInterface } from 'node:readline';

const CACHE = { ttlMs: 60_000, cacheScope: 'public', resultType: 'complete' };

type Incoming = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string };
};

const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });
const RESULTS: Readonly<Record<string, object | undefined>> = {
  'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ...CACHE },
  'tools/list': { tools: [tool('pid'), tool('stall')], ...CACHE },
  'tools/call': { content: [{ type: 'text', text: String(process.pid) }], resultType: 'complete' },
};

let isStalled = false;
for await (const line of createInterface({ input: process.stdin })) {
  // The peer is the gateway, which sends JSON-RPC.
  const { id, method, params } = JSON.parse(line) as Incoming;
  isStalled ||= params?.name === 'stall';
  if (id === undefined || isStalled) continue;
  const result = RESULTS[method ?? ''];
  const answer = result === undefined ? { error: { code: -32601, message: 'unknown' } } : { result };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`);
}
