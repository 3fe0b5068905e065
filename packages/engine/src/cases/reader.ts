import { isJsonObject, type Json, type JsonObject, ownProperty } from '../json/json.ts';

/** Something wrong with a case itself. Thrown inside this room only; `runPolicyCases` makes a failure of it. */
export class BadCase extends Error {}

/** An object of a case file with exactly the keys that it may have: a misspelt one must not pass silently. */
export function readObject(value: Json | undefined, keys: readonly string[], what: string): JsonObject {
  if (!isJsonObject(value)) throw new BadCase(`expected ${what} to be an object`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new BadCase(`unknown key "${unknown}" in ${what}; expected ${keys.join(', ')}`);
  }
  return value;
}

export function readList(object: JsonObject, key: string): readonly Json[] {
  const value = ownProperty(object, key) ?? [];
  if (!Array.isArray(value)) throw new BadCase(`expected "${key}" to be a list`);
  return value;
}

export function readText(object: JsonObject, key: string): string | undefined {
  const value = ownProperty(object, key);
  if (value === undefined || typeof value === 'string') return value;
  throw new BadCase(`expected "${key}" to be a text`);
}

export function readMap(object: JsonObject, key: string): JsonObject | undefined {
  const value = ownProperty(object, key);
  if (value === undefined || isJsonObject(value)) return value;
  throw new BadCase(`expected "${key}" to be an object`);
}

/** A whole number of at least `least`. */
export function readCount(object: JsonObject, key: string, least: number): number | undefined {
  const value = ownProperty(object, key);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new BadCase(`expected "${key}" to be a whole number of at least ${least}`);
}
