import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { OVERLOAD_WAIT_MS, REQUESTS_BEGUN_IN_A_TURN, REQUESTS_READ_AHEAD } from '../../limits/index.ts';
import { Intake } from './intake.ts';

it('begins so many in a turn, at once, and the others in their order when it is their turn', async () => {
  const intake = new Intake();
  const begun: number[] = [];
  const all = Array.from({ length: 2 * REQUESTS_BEGUN_IN_A_TURN + 1 }, (_, at) => at);
  for (const at of all) intake.enter(() => begun.push(at), 0);
  expect(begun).toEqual(all.slice(0, REQUESTS_BEGUN_IN_A_TURN));
  await nextTurn();
  // Who comes then has others before it.
  intake.enter(() => begun.push(-1), 0);
  expect(begun.length % REQUESTS_BEGUN_IN_A_TURN).toBe(0);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(begun).toEqual([...all, -1]);
});

it('begins again at once when nobody waits', async () => {
  const intake = new Intake();
  for (let turn = 0; turn < 3; turn += 1) {
    let begun = 0;
    for (let at = 0; at < REQUESTS_BEGUN_IN_A_TURN; at += 1) intake.enter(() => (begun += 1), turn);
    expect(begun).toBe(REQUESTS_BEGUN_IN_A_TURN);
    await nextTurn();
  }
});

it('is long with so many in line, and overloaded when the first of them has waited for too long', async () => {
  const intake = new Intake();
  const enter = (nowMs: number) => intake.enter(() => undefined, nowMs);
  for (let at = 0; at < REQUESTS_BEGUN_IN_A_TURN; at += 1) enter(0);
  expect([intake.isLong, intake.isOverloaded(10 * OVERLOAD_WAIT_MS)]).toEqual([false, false]);
  for (let at = 1; at < REQUESTS_READ_AHEAD; at += 1) enter(7);
  expect(intake.isLong).toBe(false);
  enter(8);
  expect(intake.isLong).toBe(true);
  expect(intake.isOverloaded(7 + OVERLOAD_WAIT_MS)).toBe(false);
  expect(intake.isOverloaded(8 + OVERLOAD_WAIT_MS)).toBe(true);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(intake.isOverloaded(10 * OVERLOAD_WAIT_MS)).toBe(false);
});
