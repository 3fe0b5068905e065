/**
 * An MCP server over stdio, of the newest revision, that tells its whole environment: to whoever calls its one tool, and on its
 * standard error. Written by hand, since it is to be as careless as possible.
 */
import { createInterface } from 'node:readline';

const CACHE = { ttlMs: 60_000, cacheScope: 'public', resultType: 'complete' };
const ENVIRONMENT = JSON.stringify(process.env);

type Incoming = { readonly id?: number; readonly method?: string };

const RESULTS: Readonly<Record<string, object | undefined>> = {
  'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ...CACHE },
  'tools/list': { tools: [{ name: 'environment', inputSchema: { type: 'object' } }], ...CACHE },
  'tools/call': { content: [{ type: 'text', text: ENVIRONMENT }], resultType: 'complete' },
};

process.stderr.write(`started with ${ENVIRONMENT}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  // The peer is the gateway, which sends JSON-RPC.
  const { id, method } = JSON.parse(line) as Incoming;
  if (id === undefined) continue;
  const result = RESULTS[method ?? ''];
  const answer = result === undefined ? { error: { code: -32601, message: 'unknown' } } : { result };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`);
}
