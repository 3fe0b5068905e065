import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readPage, type Walkable } from './pages.ts';

const READERS = 4;
const STEPS = 3;
/** More than fits into a turn together with another. */
const STEP_MS = 5;

it('takes one step in a turn of the event loop, however many read at once', async () => {
  let steps = 0;
  const table: Walkable<{ readonly cursor: number }> = {
    pace: { stepMs: 1, mostRows: 50, evenRows: 50 },
    lowest: 1,
    highest: 200 + (STEPS - 1) * 100,
    nearest: async (cursor) => (cursor < 1 ? undefined : cursor),
    async step() {
      for (const endMs = performance.now() + STEP_MS; performance.now() < endMs; );
      steps += 1;
      return [];
    },
  };
  const reading = Array.from({ length: READERS }, () => readPage(table, { limit: 1 }, 1_000_000));
  // The first step of each is that of its request.
  await Promise.resolve();
  const inTurns: number[] = [];
  let isOver = false;
  const over = Promise.all(reading).then(() => {
    isOver = true;
  });
  await nextTurn();
  for (let before = steps; !isOver; before = steps) {
    await nextTurn();
    inTurns.push(steps - before);
  }
  await over;
  expect(Math.max(...inTurns)).toBe(1);
});
