import { expect, it, vi } from 'vitest';
import { LATER_AGAIN_MS, LATER_KEPT } from '../limits/index.ts';
import { TestClock } from '../store/conformance/index.ts';
import { Later } from './later.ts';

const PASSING = new Error('not now');

function opened() {
  const clock = new TestClock();
  const warned: object[] = [];
  const log = { warn: (fields: object) => void warned.push(fields) };
  const later = new Later({ clock, log, mayPass: (error) => error === PASSING });
  let tries = 0;
  /** Work that fails so often with this error. */
  const failing = (times: number, error: Error) => async (): Promise<void> => {
    tries += 1;
    if (tries <= times) throw error;
  };
  return { clock, failing, later, warned, tries: () => tries };
}

it('what fails for the moment is done again, ever later, until it is done', async () => {
  const { clock, failing, later, tries, warned } = opened();
  later.begin('a letter', failing(2, PASSING));
  await vi.waitFor(() => expect(warned).toHaveLength(1));
  const [first = 0, second = 0] = LATER_AGAIN_MS;
  clock.pass(first - 1);
  later.look();
  expect(tries()).toBe(1);
  clock.pass(1);
  later.look();
  await vi.waitFor(() => expect(warned).toHaveLength(2));
  clock.pass(second);
  later.look();
  expect(tries()).toBe(3);
  clock.pass(60 * 60_000);
  later.look();
  expect(tries()).toBe(3);
});

it('is given up after the last time, and at once where another one is no use', async () => {
  const passing = opened();
  passing.later.begin('a letter', passing.failing(100, PASSING));
  for (const afterMs of LATER_AGAIN_MS) {
    await vi.waitFor(() => expect(passing.warned.at(-1)).toMatchObject({ againInMs: afterMs }));
    passing.clock.pass(afterMs);
    passing.later.look();
  }
  await vi.waitFor(() => expect(passing.warned.at(-1)).toMatchObject({ isOver: true }));
  expect(passing.tries()).toBe(LATER_AGAIN_MS.length + 1);
  const lasting = opened();
  lasting.later.begin('a letter', lasting.failing(100, new Error('never')));
  await vi.waitFor(() => expect(lasting.warned).toEqual([{ error: 'Error: never', isOver: true }]));
});

it('keeps no more than some, however many fail', async () => {
  const { failing, later, warned } = opened();
  for (let count = 0; count <= LATER_KEPT; count += 1) later.begin('a letter', failing(1_000, PASSING));
  await vi.waitFor(() => expect(warned).toHaveLength(LATER_KEPT + 1));
  expect(warned.filter((fields) => 'isOver' in fields)).toHaveLength(1);
});
