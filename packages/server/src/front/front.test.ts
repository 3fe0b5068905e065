import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Front, route } from './front.ts';

const REQUESTS = 5;
/** More than fits into a turn together with another. */
const WORK_MS = 5;

it('begins no more requests of people in a turn of the event loop than fit, and none of who is gone', async () => {
  let begun = 0;
  const control = (): void => {
    begun += 1;
    for (const endMs = performance.now() + WORK_MS; performance.now() < endMs; );
  };
  // Casts: of all of these, nothing else is looked at.
  const front = { control, senderOf: () => '192.0.2.1' } as unknown as Front;
  const ask = (destroyed: boolean) =>
    route(
      front,
      { url: '/api/v1/session', method: 'GET' } as IncomingMessage,
      { destroyed } as Parameters<typeof route>[2],
    );
  for (let at = 0; at < REQUESTS; at += 1) ask(false);
  ask(true);
  const inTurns: number[] = [];
  for (let before = 0; begun < REQUESTS; before = begun) {
    await nextTurn();
    inTurns.push(begun - before);
  }
  await nextTurn();
  expect([Math.max(...inTurns), begun]).toEqual([1, REQUESTS]);
});
