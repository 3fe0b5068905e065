import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listen } from '../entrance/listen.ts';
import { openHttpServer } from './http-server.ts';

const CONNECTIONS = 50;

/** Sends a request so many turns of the event loop after it is connected; gives all that comes until the end. */
async function answerOf(port: number, turns: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('utf8');
  let text = '';
  socket.on('data', (part: string) => {
    text += part;
  });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
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
