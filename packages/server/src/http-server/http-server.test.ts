import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listen } from '../entrance/listen.ts';
import { type HttpBounds, LAST_CHANCE_MS, openHttpServer } from './http-server.ts';

const CONNECTIONS = 50;

/** Sends a request so many turns of the event loop after it is connected, or later; gives all that comes until the end. */
async function answerOf(port: number, turns: number, later?: () => Promise<void>): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('utf8');
  let text = '';
  socket.on('data', (part: string) => {
    text += part;
  });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  await later?.();
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  await closed;
  return text;
}

it.each([0, 200])(
  'answers those who wait to be accepted when it stops, though they ask %i turns later',
  async (turns) => {
    const { server, stop } = openHttpServer((_request, response) => response.end('answered'));
    await listen(server, { port: 0, host: '127.0.0.1' });
    const { port } = server.address() as AddressInfo;
    // They are connected at once, by the system; the server hears of them in its next turn.
    const answers = Array.from({ length: CONNECTIONS }, () => answerOf(port, turns));
    await stop();
    for (const answer of await Promise.all(answers))
      expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\nconnection: close\r\n[\s\S]*answered/i);
  },
);

it('answers who asked while the process stood still in the midst of its stop', async () => {
  const { server, stop } = openHttpServer((_request, response) => response.end('answered'));
  await listen(server, { port: 0, host: '127.0.0.1' });
  const { port } = server.address() as AddressInfo;
  const asked = answerOf(port, 0, async () => {
    // A third of the time that the server waits for a request is over.
    await pause(LAST_CHANCE_MS / 3);
    // Where timers that became due meanwhile come before what was sent.
    await nextTurn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LAST_CHANCE_MS);
  });
  await stop();
  expect(await asked).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*answered/i);
});

/** Seconds for which a proxy may keep a connection to us that waits: the longest that is usual, of balancers of clouds. */
const PROXY_KEEPS_S = 600;

async function serve(bounds: Partial<HttpBounds>, handle: RequestListener = (_, response) => response.end()) {
  const { server, stop } = openHttpServer(handle, { graceMs: 0, ...bounds });
  await listen(server, { port: 0, host: '127.0.0.1' });
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: stop };
}

/** One connection, as a proxy keeps it. */
async function kept(port: number): Promise<{ readonly socket: Socket; readonly ask: () => Promise<string> }> {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('utf8');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const ask = async (): Promise<string> => {
    socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
    const [text] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])]);
    return text;
  };
  return { socket, ask };
}

it('keeps connections for longer than proxies do, so that none is ended while a request is on it', async () => {
  const headersMs = 100;
  await using here = await serve({ headersMs });
  const { ask, socket } = await kept(here.port);
  const told = /^keep-alive: timeout=(\d+)/im.exec(await ask())?.[1];
  expect(Number(told)).toBeGreaterThan(PROXY_KEEPS_S);
  // The bound of slow heads is no bound of who has not begun one.
  await pause(5 * headersMs);
  expect(await ask()).toMatch(/^HTTP\/1.1 200 /);
  socket.destroy();
});

it('closes that connection of a network that waits longest where it wants more than it may have', async () => {
  let answerHeld = (): unknown => undefined;
  await using here = await serve({ connectionsOfNetwork: 3 }, ({ url }, response) => {
    if (url === '/held') answerHeld = () => response.end();
    else response.end();
  });
  const busy = await kept(here.port);
  busy.socket.write('GET /held HTTP/1.1\r\nhost: here\r\n\r\n');
  const first = await kept(here.port);
  const second = await kept(here.port);
  for (const { ask } of [first, second, first]) await ask();
  const closed = once(second.socket, 'close');
  const newer = await kept(here.port);
  expect(await newer.ask()).toMatch(/^HTTP\/1.1 200 /);
  await closed;
  expect(await first.ask()).toMatch(/^HTTP\/1.1 200 /);
  answerHeld();
  const [answer] = await once(busy.socket, 'data');
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  for (const { socket } of [busy, first, newer]) socket.destroy();
});

it('reads what is left of a body that was answered, and closes its connection where that comes in pieces of a byte', async () => {
  let asked: IncomingMessage | undefined;
  await using here = await serve({}, (request, response) => {
    asked = request;
    response.end('refused');
  });
  const sender = async (): Promise<Socket> => {
    const socket = connect({ port: here.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n');
    await once(socket, 'data');
    return socket;
  };
  const whole = await sender();
  whole.write(`${`1000\r\n${'a'.repeat(0x1000)}\r\n`.repeat(1_000)}0\r\n\r\n`);
  await expect.poll(() => asked?.complete).toBe(true);
  whole.destroy();
  const pieces = await sender();
  pieces.write('1\r\na\r\n'.repeat(1_000));
  await once(pieces, 'close');
});
