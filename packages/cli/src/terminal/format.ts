const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A length of time for people, at most seven characters: `0.4 ms`, `12 ms`, `1.2 s`, `3.5 min`, `4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${trim(ms)} ms`;
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${trim(ms / SECOND)} s`;
  if (ms < HOUR) return `${trim(ms / MINUTE)} min`;
  return `${Math.round(ms / HOUR)} h`;
}

/** `11-22 16:26:01` in the given time zone, always 14 characters; for what is of this year or of the last hours. */
export function formatTime(atMs: number, timeZone: string): string {
  return dated(atMs, timeZone).slice(YEAR.length);
}

/** The same with the year where it is another one than now: `2027-11-22 16:26:01`. */
export function formatMoment(
  atMs: number,
  { nowMs, timeZone }: { readonly nowMs: number; readonly timeZone: string },
): string {
  const text = dated(atMs, timeZone);
  const year = dated(nowMs, timeZone).slice(0, YEAR.length);
  return text.startsWith(year) ? text.slice(YEAR.length) : text;
}

const YEAR = '2027-';

/** The Swedish locale writes dates as ISO 8601 does. */
const dated = (atMs: number, timeZone: string): string =>
  new Date(atMs).toLocaleString('sv-SE', { timeZone });

const trim = (value: number): string => String(Math.round(value * 10) / 10);
