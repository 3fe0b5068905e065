import type { WindowUnit } from '../policy.ts';
import { firstInstant, toLocalMs } from './zone.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A calendar unit in a time zone: `startMs` belongs to it, `endMs` to the next. */
export type Span = { readonly startMs: number; readonly endMs: number };

/**
 * The second, minute, hour, day, week (from Monday) or month around `atMs` on the wall clock of `timeZone`
 * (policy language §5). A day has 23 or 25 hours when the clock changes; an hour that is shown twice is one hour.
 * The answer is remembered per unit and zone, so that calls within one unit do no calendar work.
 */
export function calendarSpan(atMs: number, unit: WindowUnit, timeZone: string): Span {
  const spans = spansOf(timeZone);
  const known = spans[unit];
  if (known !== undefined && known.startMs <= atMs && atMs < known.endMs) return known;
  const span = computeSpan(atMs, unit, timeZone);
  spans[unit] = span;
  return span;
}

const remembered = new Map<string, Partial<Record<WindowUnit, Span>>>();

function spansOf(timeZone: string): Partial<Record<WindowUnit, Span>> {
  const known = remembered.get(timeZone);
  if (known !== undefined) return known;
  const spans = {};
  remembered.set(timeZone, spans);
  return spans;
}

function computeSpan(atMs: number, unit: WindowUnit, timeZone: string): Span {
  const [localStart, localEnd] = LOCAL_SPANS[unit](toLocalMs(atMs, timeZone));
  const startMs = firstInstant(localStart, timeZone);
  const endMs = firstInstant(localEnd, timeZone);
  // A clock that is set back over a boundary shows the old unit once more: it then lasts no shorter than to now.
  return { startMs: Math.min(startMs, atMs), endMs: Math.max(endMs, atMs + 1) };
}

const LOCAL_SPANS = {
  second: (localMs) => fixedSpan(localMs, SECOND_MS),
  minute: (localMs) => fixedSpan(localMs, MINUTE_MS),
  hour: (localMs) => fixedSpan(localMs, HOUR_MS),
  day: (localMs) => fixedSpan(localMs, DAY_MS),
  week: (localMs) => {
    const [day] = fixedSpan(localMs, DAY_MS);
    const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;
    return [monday, monday + 7 * DAY_MS];
  },
  month: (localMs) => {
    const date = new Date(localMs);
    const year = date.getUTCFullYear();
    return [Date.UTC(year, date.getUTCMonth(), 1), Date.UTC(year, date.getUTCMonth() + 1, 1)];
  },
} satisfies Record<WindowUnit, (localMs: number) => readonly [number, number]>;

function fixedSpan(localMs: number, lengthMs: number): [number, number] {
  const start = Math.floor(localMs / lengthMs) * lengthMs;
  return [start, start + lengthMs];
}
