import { expect, it } from 'vitest';
import { STANDSTILL_LOOKS } from './bounds.ts';
import { Standstill } from './standstill.ts';

const looks = (one: Standstill, count: number): readonly boolean[] =>
  Array.from({ length: count }, () => one.look());

it('is found of a process that answers nothing for so many looks, and of no other', async () => {
  let answer = (): void => undefined;
  const one = new Standstill(
    () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
  );
  expect(one.look()).toBe(false);
  expect(one.isOverdue).toBe(false);
  expect(looks(one, STANDSTILL_LOOKS - 1)).not.toContain(true);
  expect(one.isOverdue).toBe(true);
  answer();
  await Promise.resolve();
  expect(one.isOverdue).toBe(false);
  expect(looks(one, STANDSTILL_LOOKS)).not.toContain(true);
  expect(one.look()).toBe(true);
});
