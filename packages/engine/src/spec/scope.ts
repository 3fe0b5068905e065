/** The reference semantics of the values that counters are named by (policy language §5). */
import type { Json } from '../json/json.ts';
import { bigInteger, type Place } from './operators.ts';

/** Beyond it the value of an argument is no counter's name; in UTF-16 code units. */
const SCOPE_VALUE_MAX = 1_024;

/** A scalar, a number beyond doubles as its digits; undefined for everything else. */
export function scalarOf(place: Place): Json | undefined {
  if (typeof place === 'string') return place.length <= SCOPE_VALUE_MAX ? place : undefined;
  if (typeof place === 'number' || typeof place === 'boolean') return place;
  const digits = bigInteger(place);
  return digits === undefined ? undefined : { digits };
}
