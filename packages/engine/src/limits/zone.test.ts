import { describe, expect, it } from 'vitest';
import { firstInstant, isTimeZone } from './zone.ts';

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Pacific/Apia'])('is known: %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });
  it.each(['', 'Mars/Olympus', 'Europe/Berlin '])('is not known: %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

describe('the first instant that a wall clock shows', () => {
  const berlin = (month: number, day: number, hour: number, minute = 0) =>
    new Date(firstInstant(Date.UTC(2026, month, day, hour, minute), 'Europe/Berlin')).toISOString();

  it('is the only one on most days', () => {
    expect(berlin(0, 5, 12)).toBe('2026-01-05T11:00:00.000Z');
    expect(berlin(6, 5, 12)).toBe('2026-07-05T10:00:00.000Z');
  });

  it('is the earlier of two where clocks are set back', () => {
    expect(berlin(9, 25, 2, 30)).toBe('2026-10-25T00:30:00.000Z');
    expect(berlin(9, 25, 3)).toBe('2026-10-25T02:00:00.000Z');
  });

  it('is the moment of the change where the time is skipped', () => {
    expect(berlin(2, 29, 2, 30)).toBe('2026-03-29T01:00:00.000Z');
    expect(berlin(2, 29, 1, 59)).toBe('2026-03-29T00:59:00.000Z');
    expect(berlin(2, 29, 3)).toBe('2026-03-29T01:00:00.000Z');
  });
});
