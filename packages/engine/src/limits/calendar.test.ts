import { describe, expect, it } from 'vitest';
import type { WindowUnit } from '../policy.ts';
import { calendarSpan } from './calendar.ts';

describe('the calendar unit around a moment', () => {
  it.each<[WindowUnit, string, string, string, string]>([
    ['second', 'UTC', '2026-01-07T12:00:01.500Z', '2026-01-07T12:00:01.000Z', '2026-01-07T12:00:02.000Z'],
    ['minute', 'UTC', '2026-01-07T12:00:59.999Z', '2026-01-07T12:00:00.000Z', '2026-01-07T12:01:00.000Z'],
    ['hour', 'UTC', '2026-01-07T12:00:00.000Z', '2026-01-07T12:00:00.000Z', '2026-01-07T13:00:00.000Z'],
    ['day', 'UTC', '2026-01-07T23:59:59.999Z', '2026-01-07T00:00:00.000Z', '2026-01-08T00:00:00.000Z'],
    ['week', 'UTC', '2026-01-05T00:00:00.000Z', '2026-01-05T00:00:00.000Z', '2026-01-12T00:00:00.000Z'],
    ['week', 'UTC', '2026-01-11T23:59:59.999Z', '2026-01-05T00:00:00.000Z', '2026-01-12T00:00:00.000Z'],
    ['month', 'UTC', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    [
      'hour',
      'Asia/Kolkata',
      '2026-01-07T12:00:00.000Z',
      '2026-01-07T11:30:00.000Z',
      '2026-01-07T12:30:00.000Z',
    ],
    [
      'day',
      'Europe/Berlin',
      '2026-03-29T12:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ],
    [
      'day',
      'Europe/Berlin',
      '2026-10-25T12:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ],
    [
      'week',
      'Europe/Berlin',
      '2026-01-04T23:30:00.000Z',
      '2026-01-04T23:00:00.000Z',
      '2026-01-11T23:00:00.000Z',
    ],
    [
      'month',
      'Europe/Berlin',
      '2026-06-30T22:00:00.000Z',
      '2026-06-30T22:00:00.000Z',
      '2026-07-31T22:00:00.000Z',
    ],
    // Shown twice without a break, the hour is one hour; the minute that is shown again later is another one.
    [
      'hour',
      'America/Havana',
      '2026-11-01T05:30:15.000Z',
      '2026-11-01T04:00:00.000Z',
      '2026-11-01T06:00:00.000Z',
    ],
    [
      'minute',
      'America/Havana',
      '2026-11-01T05:30:15.000Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T05:31:00.000Z',
    ],
    [
      'hour',
      'Antarctica/Troll',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ],
    [
      'hour',
      'Australia/Lord_Howe',
      '2026-04-04T15:10:00.000Z',
      '2026-04-04T14:00:00.000Z',
      '2026-04-04T15:30:00.000Z',
    ],
    [
      'month',
      'America/New_York',
      '2026-11-20T12:00:00.000Z',
      '2026-11-01T04:00:00.000Z',
      '2026-12-01T05:00:00.000Z',
    ],
  ])('is for a %s in %s at %s from %s to %s', (unit, timeZone, at, start, end) => {
    const { startMs, endMs } = calendarSpan(Date.parse(at), unit, timeZone);
    expect([startMs, endMs].map((ms) => new Date(ms).toISOString())).toEqual([start, end]);
  });
});
