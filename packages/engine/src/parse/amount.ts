import type { Json } from '../json/json.ts';
import { fromMicros, toMicros } from '../limits/amount.ts';
import type { Micros } from '../policy.ts';
import { type Place, report } from './place.ts';
import { found } from './words.ts';

const MOST = Math.floor(Number.MAX_SAFE_INTEGER / 1_000_000);

/** A number of at least 0 with at most six decimals. */
export function readAmount(place: Place, what: string): Micros | undefined {
  const { value } = place;
  const amount = typeof value === 'number' ? toMicros(value) : undefined;
  if (amount === undefined) return refuse(place, `a number from 0 to ${MOST} for ${what}`);
  return fromMicros(amount) === value ? amount : refuse(place, `at most six decimals for ${what}`);
}

/** A whole number of at least `min`; decimals only go with a sum. */
export function readWholeAmount(place: Place, what: string, min: number): Micros | undefined {
  const { value } = place;
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= min;
  const amount = isWhole ? toMicros(value) : undefined;
  if (amount !== undefined) return amount;
  return refuse(place, `a whole number from ${min} to ${MOST} for ${what}`, mendOfWhole(value));
}

function mendOfWhole(value: Json): string {
  if (typeof value === 'string' && /^\d+$/.test(value)) return '; write it without quotes';
  return typeof value === 'number' && !Number.isInteger(value)
    ? '; decimals go with "increment_from" alone'
    : '';
}

function refuse(place: Place, expected: string, mend = ''): undefined {
  return report(place, 'bad_amount', `expected ${expected}, found ${found(place.value)}${mend}`);
}
