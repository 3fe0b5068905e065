import { type Duration, WINDOW_UNITS, type Window, type WindowUnit } from '../policy.ts';
import { DURATION_MAX_MS } from './bounds.ts';
import { type Place, report } from './place.ts';
import { similarWord } from './similar.ts';
import { found, quoted } from './words.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A rolling month is 31 days, the longest there is, so that never more than `max` falls into any month. */
const NAMED = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 31 * DAY,
} as const satisfies Record<WindowUnit, number>;

const SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
]);

const SPELLING = 'a number of seconds (60) or a text such as "90s", "15m", "6h", "30d"';

/** A window of §5: a name, seconds as a number, or a text such as `90s`. */
export function readWindow(place: Place | undefined): Window | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  const unit = WINDOW_UNITS.find((name) => name === value);
  if (unit !== undefined) return { text: unit, ms: NAMED[unit], unit };
  const duration = durationOf(value);
  if (duration !== undefined) return checkLength(place, duration);
  return report(
    place,
    'bad_window',
    `expected ${WINDOW_UNITS.join(', ')}, ${SPELLING} for the window, found ${found(value)}${windowHint(value)}`,
  );
}

/** A length of time: seconds as a number, or a text such as `10m`. */
export function readDuration(place: Place | undefined, what: string): Duration | undefined {
  if (place === undefined) return undefined;
  const duration = durationOf(place.value);
  if (duration !== undefined) return checkLength(place, duration);
  return report(
    place,
    'bad_window',
    `expected ${SPELLING} for ${what}, found ${found(place.value)}${hint(place.value)}`,
  );
}

function durationOf(value: unknown): Duration | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { text: String(value), ms: value * SECOND } : undefined;
  }
  const [, count, suffix = ''] =
    typeof value === 'string' ? (/^(0|[1-9]\d{0,9})([smhd])$/.exec(value) ?? []) : [];
  const unitMs = SUFFIXES.get(suffix);
  // A value that has matched is a text.
  return unitMs === undefined ? undefined : { text: value as string, ms: Number(count) * unitMs };
}

function checkLength(place: Place, duration: Duration): Duration | undefined {
  if (duration.ms > 0 && duration.ms <= DURATION_MAX_MS) return duration;
  return report(
    place,
    'bad_window',
    `expected a length of time above zero and of at most 366 days, found ${found(place.value)}`,
  );
}

/** Words of people for lengths, and how they are written. */
const SPELLED: readonly (readonly [RegExp, number, string])[] = [
  [/^s(?:ecs?|econds?)?$/i, 1, 's'],
  [/^m(?:ins?|inutes?)?$/i, 1, 'm'],
  [/^h(?:rs?|ours?)?$/i, 1, 'h'],
  [/^d(?:ays?)?$/i, 1, 'd'],
  [/^w(?:eeks?)?$/i, 7, 'd'],
];

function hint(value: unknown): string {
  if (typeof value !== 'string') return '';
  if (/^\d+$/.test(value)) return '; write seconds as a number without quotes';
  const [, count = '1', word = ''] = /^(\d{1,9})?\s*([a-z]+)$/i.exec(value) ?? [];
  const [, times = 0, suffix = ''] = SPELLED.find(([pattern]) => pattern.test(word)) ?? [];
  return suffix === '' ? '' : `; did you mean ${quoted(`${Number(count) * times}${suffix}`)}?`;
}

function windowHint(value: unknown): string {
  const [, name] = (typeof value === 'string' && /^(?:1\s*)?([a-z].*)$/i.exec(value)) || [];
  const meant = name === undefined ? undefined : similarWord(name, WINDOW_UNITS);
  return meant === undefined ? hint(value) : `; did you mean ${quoted(meant)}?`;
}
