/** Offset changes fall on quarters of an hour, so one answer of Intl serves a whole quarter. */
const OFFSET_GRAIN_MS = 15 * 60_000;

type Zone = {
  readonly format: Intl.DateTimeFormat;
  quarter: number;
  offsetMs: number;
};

const zones = new Map<string, Zone>();

/** Whether this platform knows the IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The wall clock of a zone, as milliseconds that read like UTC: what `new Date(…).getUTCHours()` and its
 * siblings make of them is local. Throws a RangeError for a zone that `isTimeZone` refuses.
 */
export function toLocalMs(atMs: number, timeZone: string): number {
  return timeZone === 'UTC' ? atMs : atMs + offsetMs(atMs, timeZone);
}

/** The moment in (fromMs, toMs] at which the zone's clock is changed; undefined when it shows the same offset at both. */
export function clockChange(fromMs: number, toMs: number, timeZone: string): number | undefined {
  if (timeZone === 'UTC') return undefined;
  const before = offsetMs(fromMs, timeZone);
  if (offsetMs(toMs, timeZone) === before) return undefined;
  let low = fromMs;
  let high = toMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetMs(atMs: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const quarter = Math.floor(atMs / OFFSET_GRAIN_MS);
  if (zone.quarter !== quarter) {
    zone.offsetMs = readOffset(zone.format, quarter * OFFSET_GRAIN_MS);
    zone.quarter = quarter;
  }
  return zone.offsetMs;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const zone = { format, quarter: Number.NaN, offsetMs: 0 };
  zones.set(timeZone, zone);
  return zone;
}

function readOffset(format: Intl.DateTimeFormat, atMs: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - atMs;
}
