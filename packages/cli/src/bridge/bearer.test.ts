import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { workloadBearer } from './bearer.ts';

it('says of a gateway that exchanges no tokens what it lacks', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('{"error":"not_found"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const exchange = new URL(`http://127.0.0.1:${port}/oauth/exchange`);
  const bearer = workloadBearer({ exchange, resource: 'x', identity: async () => 'a.b.c' });
  await expect(bearer.current()).rejects.toThrow(
    /takes no tokens of workloads: it is of an earlier version, or has no https address/,
  );
  server.close();
});
