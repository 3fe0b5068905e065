import { rateCounter } from '@boomgate/catalogue';
import { isJsonObject, type Json, type JsonObject, printPath } from '@boomgate/engine';

/** What somebody wants of calls like one of the log. */
export type Wish =
  | {
      readonly kind: 'refuse_if' | 'ask_if';
      readonly path: string;
      readonly op: string;
      readonly value: Json;
    }
  | { readonly kind: 'limit'; readonly max: number; readonly window: 'minute' | 'hour' | 'day' }
  | { readonly kind: 'allow' | 'deny' | 'ask' }
  | { readonly kind: 'hide' };

export type WishKind = Wish['kind'];

/** A policy that lets nothing through, where there was none. */
export const BEGINNING: JsonObject = { version: '1', default: 'deny', tools: {} };

/** The document with one wish more for a tool; everything else in it stays as it is. */
export function withWish(document: JsonObject, tool: string, wish: Wish): JsonObject {
  if (wish.kind === 'hide') return { ...document, hide: [...new Set([...listOf(document['hide']), tool])] };
  const tools = isJsonObject(document['tools']) ? document['tools'] : {};
  const entry = Object.hasOwn(tools, tool) ? tools[tool] : undefined;
  const written = isJsonObject(entry) ? entry : {};
  return { ...document, tools: { ...tools, [tool]: entryWith(written, tool, wish) } };
}

function entryWith(entry: JsonObject, tool: string, wish: Exclude<Wish, { kind: 'hide' }>): JsonObject {
  const { action: _before, ...allowed } = entry;
  switch (wish.kind) {
    case 'allow':
      return allowed;
    case 'deny':
      return { ...entry, action: 'deny' };
    case 'ask':
      return { ...entry, action: 'require_approval' };
    case 'limit': {
      const limit = {
        counter: rateCounter(tool),
        window: wish.window,
        max: wish.max,
        scope: 'grant',
      };
      return { ...entry, limits: [...listOf(entry['limits']), limit] };
    }
    case 'refuse_if':
    case 'ask_if': {
      const list = wish.kind === 'refuse_if' ? 'deny_if' : 'require_approval_if';
      const rule = { conditions: [{ path: wish.path, op: wish.op, value: wish.value }] };
      return { ...entry, [list]: [...listOf(entry[list]), rule] };
    }
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value that somebody typed, as JSON where it reads as a number, a truth value, or a list, else as a text. */
export function valueTyped(typed: string): Json {
  try {
    // What `JSON.parse` gives is JSON.
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

/** The path of an argument in the policy language. */
export function argumentPath(name: string): string {
  return printPath('args', [{ kind: 'name', name }]);
}
