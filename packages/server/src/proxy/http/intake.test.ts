import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  NEW_CONNECTIONS_FIRST_MS,
  OVERLOAD_WAIT_MS,
  REQUESTS_BEGUN_IN_A_TURN,
  REQUESTS_READ_AHEAD,
} from '../../limits/index.ts';
import { Intake } from './intake.ts';

/** An intake whose time is set, and the numbers of what it has begun. */
function newIntake() {
  const time = { nowMs: 0 };
  const intake = new Intake(() => time.nowMs);
  const begun: number[] = [];
  const enter = (at: number, sender = 'a') => intake.enter(sender, () => begun.push(at));
  return { time, intake, begun, enter };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

it('begins so many in a turn, at once, and the others in their order when it is their turn', async () => {
  const { begun, enter, intake } = newIntake();
  const all = numbers(2 * REQUESTS_BEGUN_IN_A_TURN + 1);
  for (const at of all) enter(at);
  expect(begun).toEqual(all.slice(0, REQUESTS_BEGUN_IN_A_TURN));
  await nextTurn();
  // Who comes then has others before it.
  enter(-1);
  expect(begun.length % REQUESTS_BEGUN_IN_A_TURN).toBe(0);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(begun).toEqual([...all, -1]);
});

it('begins again at once when nobody waits', async () => {
  const { begun, enter } = newIntake();
  for (let turn = 1; turn <= 3; turn += 1) {
    for (const at of numbers(REQUESTS_BEGUN_IN_A_TURN)) enter(at);
    expect(begun).toHaveLength(turn * REQUESTS_BEGUN_IN_A_TURN);
    await nextTurn();
  }
});

it('begins nothing in a turn with a new connection, as there may be more, until it has begun nothing for long enough', async () => {
  const { begun, enter, intake, time } = newIntake();
  intake.accepted();
  enter(0);
  expect(begun).toEqual([0]);
  await nextTurn();
  intake.accepted();
  enter(1);
  await nextTurn();
  expect(begun).toEqual([0]);
  time.nowMs = NEW_CONNECTIONS_FIRST_MS;
  intake.accepted();
  await nextTurn();
  expect(begun).toEqual([0, 1]);
  intake.accepted();
  enter(2);
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual([0, 1, 2]);
});

it('is long with so many in line, and overloaded when the first of them has waited for too long', async () => {
  const { enter, intake, time } = newIntake();
  for (const at of numbers(REQUESTS_BEGUN_IN_A_TURN)) enter(at);
  time.nowMs = 10 * OVERLOAD_WAIT_MS;
  expect([intake.isLong, intake.isOverloadedFor('a')]).toEqual([false, false]);
  for (const at of numbers(REQUESTS_READ_AHEAD - 1)) enter(at);
  expect(intake.isLong).toBe(false);
  time.nowMs += 1;
  enter(0);
  expect(intake.isLong).toBe(true);
  time.nowMs += OVERLOAD_WAIT_MS - 1;
  expect(intake.isOverloadedFor('a')).toBe(false);
  time.nowMs += 1;
  expect(intake.isOverloadedFor('a')).toBe(true);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(intake.isOverloadedFor('a')).toBe(false);
});

it('begins something of each sender in turn, however much one of them has in line', async () => {
  const { begun, enter, intake } = newIntake();
  for (const at of numbers(4 * REQUESTS_BEGUN_IN_A_TURN)) enter(at);
  enter(-1, 'b');
  enter(-2, 'c');
  enter(-3, 'b');
  const atOnce = begun.length;
  await nextTurn();
  expect(begun.slice(atOnce, atOnce + 6)).toEqual([atOnce, -1, -2, atOnce + 1, -3, atOnce + 2]);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(begun.filter((at) => at >= 0)).toEqual(numbers(4 * REQUESTS_BEGUN_IN_A_TURN));
});

it('is overloaded for a sender whose own line is too slow, and for all when their turns do not come', async () => {
  const { enter, intake, time } = newIntake();
  const areOverloaded = () => ['a', 'b', 'newcomer'].map((sender) => intake.isOverloadedFor(sender));
  for (const at of numbers(3 * REQUESTS_BEGUN_IN_A_TURN)) enter(at);
  time.nowMs = OVERLOAD_WAIT_MS;
  await nextTurn();
  time.nowMs += 1;
  enter(-1, 'b');
  expect(areOverloaded()).toEqual([true, false, false]);
  time.nowMs += OVERLOAD_WAIT_MS + 1;
  expect(areOverloaded()).toEqual([true, true, true]);
  await expect.poll(() => intake.waiting).toBe(0);
  expect(areOverloaded()).toEqual([false, false, false]);
});
