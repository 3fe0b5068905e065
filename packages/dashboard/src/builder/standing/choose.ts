import { recommend, type ToolClass } from '@boomgate/catalogue';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { put } from '../document/index.ts';
import { readEntry } from '../model/index.ts';
import { KEYS_OF, type Mode } from './mode.ts';
import { hideOf, toolsOf } from './standing.ts';

/** What is wanted of a tool. `custom` keeps what its entry says, so that it can be gone on with. */
type Wanted = { readonly name: string; readonly mode: Mode };

/**
 * The document with one tool, or pattern, standing as is wanted: its own entry and its own name under `hide` change, nothing
 * else does. Of its old entry stays what the new mode has a place for.
 */
export function choose(document: JsonObject, { mode, name }: Wanted): JsonObject {
  const entry = ownProperty(toolsOf(document), name);
  if (mode === 'hide') return withHidden(withoutEntry(document, name), name);
  const old = isJsonObject(entry) ? entry : {};
  return put(shown(document, name), ['tools', name], ENTRIES[mode](old, name));
}

/** The same for several tools. */
export function chooseAll(document: JsonObject, names: readonly string[], mode: Mode): JsonObject {
  return names.reduce((changed, name) => choose(changed, { name, mode }), document);
}

/** Without an entry of its own and its own name under `hide`: patterns and the default decide. */
export function leaveToOthers(document: JsonObject, name: string): JsonObject {
  return shown(withoutEntry(document, name), name);
}

const ENTRIES = {
  allow: () => ({}),
  limit: (old, name) => {
    const kept = only(old, KEYS_OF.limit);
    return Object.keys(kept).length > 0 ? kept : limited(name);
  },
  ask: (old) => ({ action: 'require_approval', ...only(old, KEYS_OF.ask) }),
  deny: (old) => ({ action: 'deny', ...only(old, KEYS_OF.deny) }),
  custom: (old) => old,
} satisfies Record<Exclude<Mode, 'hide'>, (old: JsonObject, name: string) => Json>;

/** A limit to begin with: what is recommended for tools that execute. A pattern's name is in none, so it is told what it stands for. */
function limited(name: string): Json {
  const named = name.replaceAll('*', 'any');
  const executing: ToolClass = 'Execute';
  const { policy } = recommend([{ name: named, class: executing }]);
  // `recommend` writes an entry for every name without a pattern.
  const tools = isJsonObject(policy) ? (ownProperty(policy, 'tools') ?? {}) : {};
  return (isJsonObject(tools) ? ownProperty(tools, named) : undefined) ?? {};
}

/** What has no form in an entry has no place in a mode either. */
function only(entry: JsonObject, keys: readonly string[]): JsonObject {
  const formless = new Set(readEntry(entry)?.rest.map(([key]) => key));
  const kept = Object.entries(entry).filter(([key]) => keys.includes(key) && !formless.has(key));
  return Object.fromEntries(kept);
}

function withoutEntry(document: JsonObject, name: string): JsonObject {
  return Object.hasOwn(toolsOf(document), name) ? put(document, ['tools', name], undefined) : document;
}

function withHidden(document: JsonObject, name: string): JsonObject {
  const hidden = hideOf(document);
  return hidden.includes(name) ? document : put(document, ['hide'], [...hidden, name]);
}

/** An empty list goes with the last name in it, as it hides nothing. */
function shown(document: JsonObject, name: string): JsonObject {
  const hidden = hideOf(document);
  if (!hidden.includes(name)) return document;
  const rest = hidden.filter((one) => one !== name);
  return put(document, ['hide'], rest.length === 0 ? undefined : rest);
}
