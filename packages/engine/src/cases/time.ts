import type { Json } from '../json/json.ts';
import { BadCase } from './reader.ts';

/** Monday noon, UTC: where the clock of a case starts. */
export const START_MS = Date.UTC(2026, 0, 5, 12);

const UNITS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `at` of a call: a moment such as `2026-03-29T00:59:59Z`, or a time after the start such as `90s` or `1m 500ms`. */
export function readTime(at: Json): number {
  if (typeof at !== 'string')
    throw new BadCase('expected "at" to be a text such as "90s" or "2026-01-05T12:00:00Z"');
  if (/^\d{4}-/.test(at)) return readMoment(at);
  return START_MS + at.split(' ').reduce((sum, part) => sum + readSpan(part, at), 0);
}

function readMoment(at: string): number {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) throw new BadCase(`expected "at" to be a moment, found "${at}"`);
  return moment;
}

function readSpan(part: string, at: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(part) ?? [];
  const unitMs = UNITS.get(unit);
  if (unitMs === undefined) throw new BadCase(`expected "at" to be like "90s" or "1m 500ms", found "${at}"`);
  return Number(count) * unitMs;
}
