import type { Json, JsonObject } from '../json/json.ts';
import { kindOf } from './kind.ts';
import { keyCount } from './size.ts';

/** Code points of a string, elements of an array, keys of an object; undefined for what has no length. */
export function lengthOf(value: Json): number | undefined {
  if (typeof value === 'string') return countCodePoints(value);
  if (Array.isArray(value)) return value.length;
  // An object that is of kind `object` is not null, which the compiler cannot see.
  return kindOf(value) === 'object' ? keyCount(value as JsonObject) : undefined;
}

function countCodePoints(text: string): number {
  let pairs = 0;
  for (let index = 1; index < text.length; index += 1) {
    const isPair = isLow(text.charCodeAt(index)) && isHigh(text.charCodeAt(index - 1));
    if (isPair) pairs += 1;
  }
  return text.length - pairs;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
