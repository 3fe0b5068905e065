import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { workloadBearer } from './bearer.ts';

it.each(['Bearer', 'DPoP'])('presents what it got as the gateway says: %s', async (kind) => {
  const proofs: unknown[] = [];
  const given = JSON.stringify({ access_token: 'given', token_type: kind, expires_in: 60 });
  const server = createServer(({ headers }, response) => {
    proofs.push(headers['dpop']);
    response.end(given);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y`);
  const bearer = workloadBearer({ exchange: address, resource: 'x', identity: async () => 'a.b.c' });
  const token = await bearer.current();
  const headers = bearer.headersFor(token, { method: 'POST', address });
  server.close();
  const proof = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  // A gateway of an earlier version binds nothing.
  const bound = kind === 'DPoP' ? { DPoP: proof } : {};
  expect(headers).toEqual({ Authorization: `${kind} given`, ...bound });
  expect(proofs).toEqual([proof]);
});

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
