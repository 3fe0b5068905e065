import type { WindowUnit } from '../policy.ts';
import { clockChange, toLocalMs } from './zone.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A calendar unit in a time zone: `startMs` belongs to it, `endMs` to the next. */
type Span = { readonly startMs: number; readonly endMs: number };

/**
 * The second, minute, hour, day, week (from Monday) or month around `atMs` on the wall clock of `timeZone`
 * (policy language §5). A day has 23 or 25 hours when the clock changes; an hour that is shown twice without a break is one
 * hour, and a minute that is shown again later is another one.
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
  const unitOf = (ms: number) => LOCAL_SPANS[unit](toLocalMs(ms, timeZone));
  const [localStart, localEnd] = unitOf(atMs);
  const isSame = (ms: number) => unitOf(ms)[0] === localStart;
  return {
    startMs: lastStart(atMs, { localMs: localStart, timeZone, isSame }),
    endMs: nextEnd(atMs, { localMs: localEnd, timeZone, isSame }),
  };
}

/** A boundary of a unit on the wall clock, and whether the clock shows that unit at a moment. */
type Boundary = {
  readonly localMs: number;
  readonly timeZone: string;
  readonly isSame: (ms: number) => boolean;
};

/** The first moment of the unit before which the wall clock shows another one, or was changed from another one. */
function lastStart(atMs: number, boundary: Boundary): number {
  const { localMs, timeZone, isSame } = boundary;
  const before = atMs - (toLocalMs(atMs, timeZone) - localMs);
  const startMs = clockChange(before, atMs, timeZone) ?? before;
  return isSame(startMs - 1) ? lastStart(startMs - 1, boundary) : startMs;
}

function nextEnd(atMs: number, boundary: Boundary): number {
  const { localMs, timeZone, isSame } = boundary;
  const after = atMs + (localMs - toLocalMs(atMs, timeZone));
  const endMs = clockChange(atMs, after - 1, timeZone) ?? after;
  return isSame(endMs) ? nextEnd(endMs, boundary) : endMs;
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
