import { describe, expect, it } from 'vitest';
import { clockChange, isTimeZone } from './zone.ts';

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Pacific/Apia'])('is known: %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });
  it.each(['', 'Mars/Olympus', 'Europe/Berlin '])('is not known: %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

describe('the moment at which a clock is changed', () => {
  const berlin = (from: string, to: string) => {
    const changeMs = clockChange(Date.parse(from), Date.parse(to), 'Europe/Berlin');
    return changeMs === undefined ? undefined : new Date(changeMs).toISOString();
  };

  it('is found where clocks go forward and where they go back', () => {
    expect(berlin('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(berlin('2026-10-25T00:59:59.999Z', '2026-10-25T01:00:00Z')).toBe('2026-10-25T01:00:00.000Z');
  });

  it('is none where the offset stays', () => {
    expect(berlin('2026-10-25T01:00:00Z', '2026-11-25T01:00:00Z')).toBeUndefined();
    expect(clockChange(0, Date.UTC(2026, 0), 'UTC')).toBeUndefined();
  });
});
