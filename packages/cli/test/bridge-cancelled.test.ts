import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { grantBearer, startBridge } from '../src/bridge/index.ts';

it('a call that its client cancels gets no answer from the bridge, however soon the gateway ends its request', async () => {
  const held: ServerResponse[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (text.includes('tools/call')) return void held.push(response);
    // The call is over before its cancellation is acknowledged.
    for (const call of held.splice(0)) call.writeHead(202).end();
    await pause(50);
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const input = new PassThrough();
  const lines: string[] = [];
  const bridge = startBridge({
    endpoint: new URL(`http://127.0.0.1:${port}/mcp/s/`),
    bearer: grantBearer('x'.repeat(40)),
    input,
    writeLine: async (line) => void lines.push(line),
    note: (text) => void lines.push(text),
  });
  const say = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  say({ id: 1, method: 'tools/call', params: { name: 'any' } });
  await expect.poll(() => held.length).toBe(1);
  say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  input.end();
  await bridge.done;
  expect(lines).toEqual([]);
  server.closeAllConnections();
  server.close();
});
