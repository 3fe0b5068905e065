import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KEEP_ALIVE_MS, UNREAD_ANSWER_BYTES, UNREAD_NOTIFICATION_BYTES } from '../../limits/index.ts';
import { EventStream } from './event-stream.ts';

let server: ReturnType<typeof createServer>;
let agent: Socket;
let response: ServerResponse;
let received: string;

beforeEach(async () => {
  received = '';
  const arrived = Promise.withResolvers<ServerResponse>();
  server = createServer((_request, given) => arrived.resolve(given));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  agent = connect(port, '127.0.0.1', () => agent.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  agent.on('error', () => undefined);
  response = await arrived.promise;
});

afterEach(() => {
  vi.useRealTimers();
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

const isThere = (text: string): Promise<void> => vi.waitFor(() => expect(received).toContain(text));
const read = (): unknown => agent.on('data', (chunk) => (received += chunk.toString('latin1')));

it('P §7.11, P §1.16.6 is open at once, with headers that no proxy holds back, and is kept alive by comments', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  read();
  const stream = new EventStream(response);
  await isThere(': keep-alive');
  expect(received).toContain('content-type: text/event-stream');
  expect(received).toContain('x-accel-buffering: no');
  received = '';
  vi.advanceTimersByTime(KEEP_ALIVE_MS);
  await isThere(': keep-alive');
  expect(stream.notify({ method: 'x' })).toBe(true);
  await isThere('event: message\ndata: {"method":"x"}\n\n');
  stream.end();
  await vi.waitFor(() => expect(stream.closed.aborted).toBe(true));
  expect(stream.notify({ method: 'y' })).toBe(false);
});

it('takes no more notifications than may wait for an agent that does not read', async () => {
  agent.pause();
  const stream = new EventStream(response);
  const message = { data: 'x'.repeat(100_000) };
  let taken = 0;
  for (let sent = 0; sent < 500; sent += 1) {
    if (stream.notify(message)) taken += 1;
    if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(taken).toBeLessThan(500);
  expect(response.writableLength).toBeLessThan(UNREAD_NOTIFICATION_BYTES + 200_000);
  expect(stream.closed.aborted).toBe(false);
});

it('cuts an agent off that lets answers gather, after any one answer however long', async () => {
  agent.pause();
  const stream = new EventStream(response);
  expect(stream.send({ data: 'x'.repeat(2 * UNREAD_ANSWER_BYTES) })).toBe(true);
  expect(stream.send({ data: 'y' })).toBe(false);
  await vi.waitFor(() => expect(stream.closed.aborted).toBe(true));
});
