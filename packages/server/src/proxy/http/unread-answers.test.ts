import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LARGE_ANSWER_BYTES } from '../../limits/index.ts';
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

describe('answers that nobody reads', () => {
  it('of the sender with most of them are cut off, the oldest first', async () => {
    using there = await agents();
    const unread = new UnreadAnswers(3.5 * LARGE);
    const greedy = [await there.send(LARGE), await there.send(LARGE)];
    const modest = await there.send(LARGE);
    for (const response of greedy) expect(unread.add(response, 'greedy')).toBe(0);
    expect(unread.add(modest, 'modest')).toBe(0);
    expect(unread.add(await there.send(LARGE), 'other')).toBe(1);
    expect(greedy.map(({ destroyed }) => destroyed)).toEqual([true, false]);
    expect(modest.destroyed).toBe(false);
  });

  it('do not count when they are small, or gone', async () => {
    using there = await agents();
    const unread = new UnreadAnswers(LARGE);
    const first = await there.send(LARGE);
    expect(unread.add(first, 'a')).toBe(0);
    expect(unread.add(await there.send(LARGE_ANSWER_BYTES / 2), 'a')).toBe(0);
    const gone = once(first, 'close');
    first.destroy();
    await gone;
    expect(unread.add(await there.send(LARGE), 'a')).toBe(0);
  });

  it('are never cut off where there is only one, however large it is', async () => {
    using there = await agents();
    const response = await there.send(LARGE);
    expect(new UnreadAnswers(1).add(response, 'a')).toBe(0);
    expect(response.destroyed).toBe(false);
  });
});
