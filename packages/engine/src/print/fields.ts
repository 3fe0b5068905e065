import type { Json, JsonObject } from '../json/json.ts';

/** An object without the keys that have no value. */
export function present(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A window or another length of time as its author wrote it: bare seconds are a number. */
export function lengthDocument({ text }: { readonly text: string }): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}
