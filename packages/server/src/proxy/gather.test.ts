import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { STACK_PATIENCE_MS } from '../limits/index.ts';
import { gather } from './gather.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const isGood = (answer: string): boolean => answer === 'good';
const never = new Promise<string>(() => undefined);

it('waits for all who answer in time, and gives their answers in order', async () => {
  const slow = new Promise<string>((resolve) => setTimeout(() => resolve('good'), STACK_PATIENCE_MS - 1));
  const gathered = gather([slow, Promise.resolve('bad')], isGood);
  await vi.advanceTimersByTimeAsync(STACK_PATIENCE_MS - 1);
  expect(await gathered).toEqual(['good', 'bad']);
  expect(vi.getTimerCount()).toBe(0);
});

it('leaves out who is late once one has done well', async () => {
  const gathered = gather([never, Promise.resolve('good')], isGood);
  await vi.advanceTimersByTimeAsync(STACK_PATIENCE_MS);
  expect(await gathered).toEqual([undefined, 'good']);
});

it('waits on for the first who does well, whatever the time', async () => {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('good'), 10 * STACK_PATIENCE_MS));
  const gathered = gather([Promise.resolve('bad'), never, late], isGood);
  await vi.advanceTimersByTimeAsync(10 * STACK_PATIENCE_MS);
  expect(await gathered).toEqual(['bad', undefined, 'good']);
});

it('is over when nobody did well, and fails when one breaks', async () => {
  expect(await gather([Promise.resolve('bad')], isGood)).toEqual(['bad']);
  await expect(gather([never, Promise.reject(new Error('broken'))], isGood)).rejects.toThrow('broken');
});
