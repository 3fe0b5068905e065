import type { Json } from '@boomgate/engine';

/** What a parser of one format says; places are 1-based. */
export type Parsed =
  | { readonly ok: true; readonly tree: unknown }
  | { readonly ok: false; readonly message: string; readonly line?: number; readonly column?: number };

/** Sets a property of any name, `__proto__` too. */
export function define(object: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
