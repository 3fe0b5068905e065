import type { JsonObject } from '@boomgate/engine';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_STALL_MS, CHANGE_INTERVAL_MS, MAX_SUBSCRIPTIONS } from '../../limits/index.ts';
import { Pace } from './pace.ts';

let sent: JsonObject[];
let takes: boolean;
let stalls: number;
let pace: Pace;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  takes = true;
  stalls = 0;
  pace = new Pace({
    deliver: (message) => {
      if (takes) sent.push(message);
      return takes;
    },
    onStalled: () => {
      stalls += 1;
    },
  });
});

afterEach(() => {
  pace.end();
  vi.useRealTimers();
});

const put = (key: string, value: number): void => pace.put(key, () => ({ [key]: value }));

it('sends nothing before it begins, and then at once', () => {
  put('a', 1);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual([]);
  pace.begin();
  vi.advanceTimersByTime(0);
  expect(sent).toEqual([{ a: 1 }]);
});

it('sends the same news at most once in an interval, in its newest form', () => {
  pace.begin();
  for (let value = 0; value < 100; value += 1) {
    put('a', value);
    vi.advanceTimersByTime(CHANGE_INTERVAL_MS / 10);
  }
  vi.advanceTimersByTime(CHANGE_INTERVAL_MS);
  expect(sent.length).toBeLessThanOrEqual(12);
  expect(sent.length).toBeGreaterThanOrEqual(10);
  expect(sent.at(-1)).toEqual({ a: 99 });
});

it('keeps what the agent does not take until it does', () => {
  pace.begin();
  takes = false;
  put('a', 1);
  put('b', 2);
  vi.advanceTimersByTime(ANSWER_STALL_MS / 2);
  takes = true;
  vi.advanceTimersByTime(CHANGE_INTERVAL_MS);
  expect(sent).toEqual([{ a: 1 }, { b: 2 }]);
  expect(stalls).toBe(0);
});

it('gives an agent up that takes nothing for too long', () => {
  pace.begin();
  takes = false;
  put('a', 1);
  vi.advanceTimersByTime(ANSWER_STALL_MS + CHANGE_INTERVAL_MS);
  expect(stalls).toBe(1);
});

it('leaves out what is not to be told any more when it leaves', () => {
  pace.begin();
  pace.put('a', () => undefined);
  put('b', 2);
  vi.advanceTimersByTime(0);
  expect(sent).toEqual([{ b: 2 }]);
});

it('holds a bounded number of news', () => {
  for (let key = 0; key < 2 * MAX_SUBSCRIPTIONS; key += 1) put(`r${key}`, key);
  pace.begin();
  vi.advanceTimersByTime(CHANGE_INTERVAL_MS);
  expect(sent).toHaveLength(MAX_SUBSCRIPTIONS + 3);
});

it('sends nothing after its end', () => {
  pace.begin();
  put('a', 1);
  pace.end();
  put('b', 2);
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual([]);
});
