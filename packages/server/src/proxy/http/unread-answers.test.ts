import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LARGE_ANSWER_BYTES } from '../../limits/index.ts';
import type { Log } from '../context.ts';
import { UnreadAnswers } from './unread-answers.ts';

/** More than the system keeps of a connection. */
const LARGE = 32 * 1024 * 1024;

/** Answers to agents that read nothing; `send` gives what was written to the next one. */
async function agents() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = async (bytes: number): Promise<ServerResponse> => {
    const requested = once(server, 'request');
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: agent\r\n\r\n');
    const [, response] = (await requested) as [unknown, ServerResponse];
    response.end('x'.repeat(bytes));
    return response;
  };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { send, [Symbol.dispose]: close };
}

function heard(): { readonly log: Log; readonly said: string[] } {
  const said: string[] = [];
  const say = (_: unknown, text: string) => void said.push(text);
  return { log: { info: say, warn: say, error: say }, said };
}

describe('answers that nobody reads', () => {
  it('of the sender with most of them are cut off, the oldest first', async () => {
    using there = await agents();
    const { log, said } = heard();
    const unread = new UnreadAnswers(log, 3.5 * LARGE);
    const greedy = [await there.send(LARGE), await there.send(LARGE)];
    const others = [await there.send(LARGE), await there.send(LARGE)];
    for (const response of greedy) unread.add(response, 'greedy');
    for (const [at, response] of others.entries()) unread.add(response, `other ${at}`);
    expect([...greedy, ...others].map(({ destroyed }) => destroyed)).toEqual([true, false, false, false]);
    expect(said).toEqual(['cut off an agent that does not read its large answer']);
  });

  it('do not count when they are small, or gone', async () => {
    using there = await agents();
    const { log, said } = heard();
    const unread = new UnreadAnswers(log, 1.5 * LARGE);
    const first = await there.send(LARGE);
    const small = await there.send(LARGE_ANSWER_BYTES / 2);
    for (const response of [first, small]) unread.add(response, 'a');
    const gone = once(first, 'close');
    first.destroy();
    await gone;
    const next = await there.send(LARGE);
    unread.add(next, 'a');
    expect(next.destroyed).toBe(false);
    expect(said).toEqual([]);
  });

  it('are known once on a stream, however many they are', async () => {
    using there = await agents();
    const unread = new UnreadAnswers(heard().log, 2.5 * LARGE);
    const stream = await there.send(LARGE);
    for (let answers = 0; answers < 20; answers += 1) unread.add(stream, 'a');
    expect(stream.listenerCount('close')).toBeLessThan(10);
    unread.add(await there.send(LARGE), 'b');
    expect(stream.destroyed).toBe(false);
  });

  it('are never cut off where there is only one, however large it is', async () => {
    using there = await agents();
    const response = await there.send(LARGE);
    new UnreadAnswers(heard().log, 1).add(response, 'a');
    expect(response.destroyed).toBe(false);
  });
});
