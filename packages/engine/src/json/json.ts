import { rawNumberText } from './raw-number.ts';

/** JSON values as the gateway judges them: what `readJson` gives, nothing else. */
export type Json = string | number | boolean | null | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export type JsonObject = { readonly [key: string]: Json };

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** The JSON type of a value. An integer is a `number` here; the operator `type` tells them apart. */
export function jsonType(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

/** A number that is kept as its text looks like an object and is none: its text would be taken for a member. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && rawNumberText(value) === undefined
  );
}

/** An own property of an object, or undefined: inherited names such as `constructor` are absent. */
export function ownProperty(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
