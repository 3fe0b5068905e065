import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ownTurn } from './turns.ts';

const PIECES = 5;
/** More than fits into a turn together with another. */
const PIECE_MS = 5;

function work(): void {
  for (const endMs = performance.now() + PIECE_MS; performance.now() < endMs; );
}

it('begins no more in a turn of the event loop than fits, however much is asked for at once', async () => {
  let begun = 0;
  const pieces = Array.from({ length: PIECES }, async () => {
    await ownTurn();
    work();
    begun += 1;
  });
  const inTurns: number[] = [];
  for (let before = 0; begun < PIECES; before = begun) {
    await nextTurn();
    inTurns.push(begun - before);
  }
  await Promise.all(pieces);
  expect(Math.max(...inTurns)).toBe(1);
});

it('gives turns to all who ask, however many one of them asks for', async () => {
  const order: string[] = [];
  await Promise.all(['one', 'one', 'one', 'other'].map((who) => ownTurn(who).then(() => order.push(who))));
  expect(order).toEqual(['one', 'other', 'one', 'one']);
});
