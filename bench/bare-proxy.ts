/** The yardstick: `node:http` in, undici out, the body parsed once and passed on. `node bare-proxy.ts UPSTREAM_PORT`. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: 64 });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const text = Buffer.concat(chunks).toString('utf8');
    JSON.parse(text);
    const { body } = await pool.request({
      path: '/mcp',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    const answer = await body.text();
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      .end(answer);
  });
});
// A listening TCP server has an address with a port.
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
