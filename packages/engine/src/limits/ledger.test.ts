import { describe, expect, it } from 'vitest';
import { giveBack, type Ledger, openLedger, take, used, type WindowShape } from './ledger.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const rolling = (windowMs: number): WindowShape => ({ reset: 'rolling', windowMs, timeZone: 'UTC' });
const calendar = (unit: 'minute' | 'day', timeZone = 'UTC'): WindowShape => ({
  reset: 'calendar',
  unit,
  windowMs: 60_000,
  timeZone,
});

/** Takes one millionth in each of so many milliseconds, and says how many cells were kept at most. */
function takeEach(ledger: Ledger, windowMs: number, count: number): number {
  let most = 0;
  for (let at = 0; at < count; at += 1) {
    take(ledger, { ...rolling(windowMs), amount: 1 }, NOON + at);
    most = Math.max(most, ledger.times.length);
  }
  return most;
}

describe('what a ledger keeps', () => {
  it('is dropped in lots, so that not every reservation moves all the others', () => {
    const most = takeEach(openLedger(), 100, 5_000);
    expect(most).toBeGreaterThanOrEqual(100 + 256);
    expect(most).toBeLessThan(100 + 256 + 5);
  });

  it('is dropped once it is as much as what still counts', () => {
    const most = takeEach(openLedger(), 1_000, 5_000);
    expect(most).toBeGreaterThanOrEqual(2_000);
    expect(most).toBeLessThan(2_005);
  });

  it('counts right while it is dropped, also when something is given back', () => {
    const ledger = openLedger();
    takeEach(ledger, 100, 1_000);
    expect(used(ledger, rolling(100), NOON + 999)).toBe(101);
    giveBack(ledger, { atMs: NOON + 950, amount: 1 });
    expect(used(ledger, rolling(100), NOON + 999)).toBe(100);
    giveBack(ledger, { atMs: NOON + 10, amount: 1 });
    expect(used(ledger, rolling(100), NOON + 999)).toBe(100);
  });

  it('is nothing where nothing was taken', () => {
    const ledger = openLedger();
    take(ledger, { ...rolling(1_000), amount: 0 }, NOON);
    expect(ledger.times).toEqual([]);
  });

  it('is one cell for all that a calendar window counts in a minute', () => {
    const ledger = openLedger();
    for (const at of [0, 1_000, 59_999, 60_000]) take(ledger, { ...calendar('day'), amount: 1 }, NOON + at);
    expect(ledger.times).toEqual([NOON, NOON + 60_000]);
    expect(ledger.amounts).toEqual([3, 1]);
  });
});

describe('windows of one counter', () => {
  it('of different kinds are told apart, also when they are equally long', () => {
    const ledger = openLedger();
    take(ledger, { ...rolling(60_000), amount: 1 }, NOON + 30_000);
    expect(used(ledger, rolling(60_000), NOON + 70_000)).toBe(1);
    expect(used(ledger, calendar('minute'), NOON + 70_000)).toBe(0);
    expect(used(ledger, rolling(60_000), NOON + 70_000)).toBe(1);
  });

  it('of different time zones are told apart', () => {
    const ledger = openLedger();
    const beforeMidnight = Date.UTC(2026, 0, 5, 22, 30);
    take(ledger, { ...calendar('day', 'Europe/Berlin'), amount: 1 }, beforeMidnight);
    const later = beforeMidnight + 60 * 60_000;
    expect(used(ledger, calendar('day', 'Europe/Berlin'), later)).toBe(0);
    expect(used(ledger, calendar('day'), later)).toBe(1);
  });

  it('are remembered up to eight: the longest, and the one that was asked for last', () => {
    const ledger = openLedger();
    for (let at = 0; at < 40; at += 1) take(ledger, { ...rolling(100_000), amount: 1 }, NOON + at * 1_000);
    const lengths = [9, 3, 12, 1, 8, 7, 2, 11, 10, 4].map((seconds) => seconds * 1_000);
    const answers = lengths.map((windowMs) => used(ledger, rolling(windowMs), NOON + 39_000));
    expect(answers).toEqual(lengths.map((windowMs) => windowMs / 1_000 + 1));
    expect(ledger.views.map(({ shape }) => shape.windowMs)).toEqual(
      [100, 12, 11, 10, 9, 8, 7, 4].map((seconds) => seconds * 1_000),
    );
    expect(used(ledger, rolling(500), NOON + 39_000)).toBe(1);
    expect(ledger.views.map(({ shape }) => shape.windowMs)).toEqual(
      [100, 12, 11, 10, 9, 8, 7, 0.5].map((seconds) => seconds * 1_000),
    );
  });
});
