import { APPROVAL_TIMEOUT_MAX_MS, APPROVAL_TIMEOUT_MIN_MS } from '../parse/bounds.ts';
import * as places from '../parse/place.ts';
import type { Notes } from './notes.ts';

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['h', 3600],
  ['m', 60],
  ['s', 1],
]);

/** `10m` or `1h30m`, in seconds or as written, within what an approval may wait. */
export function translateTimeout(place: places.Place | undefined, notes: Notes): string | number | undefined {
  const text = places.text(place, '"approval_timeout"');
  if (place === undefined || text === undefined) return undefined;
  if (!/^(\d{1,6}[hms])+$/.test(text)) {
    return places.report(
      place,
      'bad_window',
      'expected a length of time such as 10m or 1h30m for "approval_timeout"',
    );
  }
  const parts = [...text.matchAll(/(\d+)([hms])/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (SECONDS.get(unit) ?? 1),
    0,
  );
  const bounded = Math.min(Math.max(seconds, APPROVAL_TIMEOUT_MIN_MS / 1000), APPROVAL_TIMEOUT_MAX_MS / 1000);
  if (bounded !== seconds) {
    notes.add(
      'an approval waits from 10 seconds to 7 days; the timeout was moved to the nearer bound',
      place.pointer,
    );
    return bounded;
  }
  return parts.length === 1 ? text : seconds;
}
