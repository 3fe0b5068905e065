/** What kind of JSON a value is, for the reference semantics. */
import { type Json, type JsonArray, type JsonObject, type JsonType, jsonType } from '../json/json.ts';
import { rawNumberText } from '../json/raw-number.ts';

/** A JSON type, or `big` for a number that no double holds and that is kept as its text. */
export function kindOf(value: Json): JsonType | 'big' {
  return rawNumberText(value) === undefined ? jsonType(value) : 'big';
}

export function isObject(value: Json): value is JsonObject {
  return kindOf(value) === 'object';
}

export function isContainer(value: Json): value is JsonArray | JsonObject {
  return Array.isArray(value) || isObject(value);
}

/** Whether a number that no double holds is in it: no schema is held against such arguments. */
export function holdsBig(value: Json): boolean {
  return kindOf(value) === 'big' || (isContainer(value) && Object.values(value).some(holdsBig));
}

export function listOf(value: Json): readonly Json[] {
  // `Array.isArray` forgets that the elements are JSON.
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
