import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  KEEP_ALIVE_MS,
  STREAM_AFTER_MS,
  UNREAD_ANSWER_BYTES,
  UNREAD_NOTIFICATION_BYTES,
} from '../../limits/index.ts';
import { Exchange } from './exchange.ts';

let server: ReturnType<typeof createServer>;
let responses: Promise<ServerResponse>;

beforeEach(async () => {
  responses = new Promise((resolve) => {
    server = createServer((_request, response) => resolve(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

it('leaves notifications out for an agent that does not read, so that they do not gather in memory', async () => {
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const agent = connect(port, '127.0.0.1', () => agent.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  agent.pause();
  const response = await responses;
  const exchange = new Exchange(response, true);
  const data = 'x'.repeat(100_000);
  for (let sent = 0; sent < 1_000; sent += 1) {
    exchange.notify({ jsonrpc: '2.0', method: 'notifications/message', params: { data } });
    if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(response.writableLength).toBeGreaterThan(UNREAD_NOTIFICATION_BYTES / 2);
  expect(response.writableLength).toBeLessThan(UNREAD_NOTIFICATION_BYTES + 2 * data.length);
  agent.destroy();
});

it('asks nothing more of an agent that does not read, however often its server asks and takes it back', async () => {
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const agent = connect(port, '127.0.0.1', () => agent.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  agent.pause();
  const response = await responses;
  const exchange = new Exchange(response, true);
  const data = 'x'.repeat(1_000_000);
  let taken = 0;
  for (let asked = 0; asked < 100; asked += 1) {
    if (exchange.question({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params: { data } }))
      taken += 1;
    if (asked % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(taken).toBeGreaterThan(UNREAD_ANSWER_BYTES / data.length);
  expect(response.writableLength).toBeLessThan(UNREAD_ANSWER_BYTES + 2 * data.length);
  agent.destroy();
});

it('P §7.11, P §1.16.6 becomes a stream when its answer takes long, kept alive by comments until it comes', async () => {
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const agent = connect(port, '127.0.0.1', () => agent.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  let received = '';
  agent.on('data', (chunk) => (received += chunk.toString('latin1')));
  const comments = (): number => received.match(/^: keep-alive$/gm)?.length ?? 0;
  const exchange = new Exchange(await responses, true);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  exchange.expectDelay();
  vi.advanceTimersByTime(STREAM_AFTER_MS);
  await vi.waitFor(() => expect(comments()).toBe(1));
  expect(received).toContain('x-accel-buffering: no');
  for (const expected of [2, 3]) {
    vi.advanceTimersByTime(KEEP_ALIVE_MS);
    await vi.waitFor(() => expect(comments()).toBe(expected));
  }
  exchange.answer(200, '{"id":1}');
  await vi.waitFor(() => expect(received).toContain('data: {"id":1}'));
  expect(vi.getTimerCount()).toBe(0);
  agent.destroy();
});
