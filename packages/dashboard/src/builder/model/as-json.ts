import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';

/** What no form shows: the value itself, to be edited as JSON where it stands. */
export type AsJson = { readonly kind: 'json'; readonly value: Json };

export function asJson(value: Json): AsJson {
  return { kind: 'json', value };
}

type Check = (value: Json) => boolean;

/** An object that has no other keys than these, each with a value that its check takes. */
export function fits(
  value: Json,
  checks: Readonly<Record<string, Check>>,
  needed: readonly string[] = [],
): value is JsonObject {
  return (
    isJsonObject(value) &&
    needed.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(
      ([key, member]) => Object.hasOwn(checks, key) && checks[key]?.(member) === true,
    )
  );
}

/** A list whose every element its check takes. */
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item: Json) => check(item));

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isAnything: Check = () => true;
export const isLength: Check = (value) => typeof value === 'string' || typeof value === 'number';

/** One of a few words. */
export const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);

/** Without the keys that have no value; the engine's documents know no undefined. */
export function present(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
