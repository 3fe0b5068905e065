import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nowMs, setClockBy } from './clock.ts';

const NOW_MS = Date.parse('2026-11-29T10:00:00.400Z');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
});
afterEach(() => {
  answered(new Date(Date.now()).toUTCString());
  vi.useRealTimers();
});

function answered(date?: string, askedMs = Date.now()): void {
  setClockBy({ headers: new Headers(date === undefined ? {} : { date }) }, askedMs);
}

it('is the browser’s own time as long as the gateway says no other', () => {
  expect(nowMs()).toBe(NOW_MS);
  answered('Sun, 29 Nov 2026 09:59:58 GMT');
  expect(nowMs()).toBe(NOW_MS);
});

it('is the gateway’s where clocks differ, goes on with the browser’s, and is taken anew with each answer', () => {
  answered('Sun, 29 Nov 2026 12:30:00 GMT');
  expect(nowMs()).toBe(Date.parse('2026-11-29T12:30:00Z'));
  vi.advanceTimersByTime(60_000);
  expect(nowMs()).toBe(Date.parse('2026-11-29T12:31:00Z'));
  answered('Sun, 29 Nov 2026 08:00:00 GMT');
  expect(nowMs()).toBe(Date.parse('2026-11-29T08:00:00Z'));
});

it('takes no slow answer for another clock', () => {
  answered('Sun, 29 Nov 2026 09:55:00 GMT', Date.parse('2026-11-29T09:50:00Z'));
  expect(nowMs()).toBe(NOW_MS);
});

it('stays where an answer says no time', () => {
  answered('Sun, 29 Nov 2026 12:30:00 GMT');
  answered();
  answered('yesterday');
  expect(nowMs()).toBe(Date.parse('2026-11-29T12:30:00Z'));
});
