/**
 * The server behind the proxies: MCP over plain `node:http`, as little work as possible. `/mcp` speaks the newest revision, `/legacy` one with
 * a handshake, `/stream` the newest with answers as streams that begin with progress. Prints its port.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEXT = 'x'.repeat(220);
const CACHE = { ttlMs: 600_000, cacheScope: 'public' };
const COMPLETE = { resultType: 'complete' };
const LIST = { tools: [{ name: 'search', inputSchema: { type: 'object' } }] };
const CALL = { content: [{ type: 'text', text: TEXT }] };
const MODERN: Readonly<Record<string, object>> = {
  'server/discover': {
    ...COMPLETE,
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    ...CACHE,
  },
  'tools/list': { ...COMPLETE, ...LIST, ...CACHE },
  'tools/call': { ...COMPLETE, ...CALL },
};
const LEGACY: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'bench', version: '1' },
  },
  'tools/list': LIST,
  'tools/call': CALL,
};
const texts = (results: Readonly<Record<string, object>>) =>
  new Map(Object.entries(results).map(([method, result]) => [method, JSON.stringify(result)]));
const RESULTS = { '/mcp': texts(MODERN), '/stream': texts(MODERN), '/legacy': texts(LEGACY) } as const;
const PROGRESS =
  'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":TOKEN,"progress":1}}\n\n';

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => answer(request.url ?? '', body, response));
});
// A listening TCP server has an address with a port.
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

function answer(path: string, body: string, response: ServerResponse): void {
  const id = /"id":("[^"]*"|\d+)/.exec(body)?.[1];
  const method = /"method":"([^"]+)"/.exec(body)?.[1] ?? '';
  if (id === undefined || method === 'GET')
    return void response.writeHead(id === undefined ? 202 : 405).end();
  const result = RESULTS[path as keyof typeof RESULTS]?.get(method);
  const message =
    result === undefined
      ? `{"jsonrpc":"2.0","id":${id},"error":{"code":-32601,"message":"Method not found"}}`
      : `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
  const token = /"progressToken":("[^"]*"|\d+)/.exec(body)?.[1];
  if (path === '/stream' && token !== undefined) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${PROGRESS.replace('TOKEN', token)}data: ${message}\n\n`);
    return;
  }
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(message) };
  response
    .writeHead(200, method === 'initialize' ? { ...headers, 'mcp-session-id': 'bench' } : headers)
    .end(message);
}
