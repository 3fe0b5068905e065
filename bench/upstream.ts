/** The server behind the proxies: modern MCP over plain `node:http`, as little work as possible. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEXT = 'x'.repeat(220);
const CACHE = { ttlMs: 600_000, cacheScope: 'public' };
const RESULTS: Readonly<Record<string, object>> = {
  'server/discover': {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    ...CACHE,
  },
  'tools/list': {
    resultType: 'complete',
    tools: [{ name: 'search', inputSchema: { type: 'object' } }],
    ...CACHE,
  },
  'tools/call': { resultType: 'complete', content: [{ type: 'text', text: TEXT }] },
};
const CALL_RESULT = JSON.stringify(RESULTS['tools/call']);

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const id = /"id":("[^"]*"|\d+)/.exec(body)?.[1] ?? 'null';
    const method = /"method":"([^"]+)"/.exec(body)?.[1] ?? '';
    const result = method === 'tools/call' ? CALL_RESULT : JSON.stringify(RESULTS[method]);
    const answer = `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      .end(answer);
  });
});
// A listening TCP server has an address with a port.
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
