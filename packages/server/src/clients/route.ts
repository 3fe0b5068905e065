import { isDeepStrictEqual } from 'node:util';
import { tableText } from '@boomgate/catalogue/clients';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import type { ClientDocument } from './document.ts';
import { insertJson, putRawJson, rawJson, replaceJson } from './edit-json.ts';
import { putRawToml, rawToml, replaceToml } from './edit-toml.ts';
import { parseJsonc } from './jsonc.ts';
import { define } from './parsed.ts';
import { parseTomlTree } from './toml.ts';

/** An entry that is to lead to the gateway, and the element of the list `inputs` that it needs. */
export type Rerouting = {
  readonly steps: readonly string[];
  readonly entry: JsonObject;
  readonly input?: JsonObject;
};

export type EditResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** Keys of an entry that say how a client treats a server, not where it is: they stay. */
const KEPT: ReadonlySet<string> = new Set([
  'disabled',
  'enabled',
  'required',
  'timeout',
  'startup_timeout_sec',
  'startup_timeout_ms',
  'tool_timeout_sec',
  'autoApprove',
  'alwaysAllow',
  'alwaysLoad',
  'trust',
  'tools',
  'includeTools',
  'excludeTools',
  'enabled_tools',
  'disabled_tools',
  'disabledTools',
  'default_tools_approval_mode',
]);
const keeps = (key: string): boolean => KEPT.has(key);

/**
 * The file's text with entries led to the gateway. Everything outside them keeps its bytes; the result is read again and
 * held against the file, so that an edit that would change anything else is refused.
 */
export function routeText(document: ClientDocument, wishes: readonly Rerouting[]): EditResult {
  let { text } = document;
  for (const wish of wishes) {
    const edited = document.format === 'toml' ? inToml(text, wish) : inJson(text, wish, document);
    if (!edited.ok) return edited;
    ({ text } = edited);
  }
  return verified(document, text, wishes);
}

function inToml(text: string, { steps, entry }: Rerouting): EditResult {
  const edited = replaceToml(text, steps, { added: entry, keeps });
  if (edited.ok) return edited;
  const message = `${steps.join('.')}: ${edited.message}; replace it by hand with\n${tableText(steps, entry)}`;
  return { ok: false, message };
}

function inJson(text: string, { steps, entry, input }: Rerouting, { tree }: ClientDocument): EditResult {
  const replaced = replaceJson(text, steps, routedEntry(valueAt(tree, steps), entry));
  if (replaced === undefined)
    return { ok: false, message: `${steps.join('.')}: expected an entry, found none` };
  return { ok: true, text: input === undefined ? replaced : withInput(replaced, input) };
}

/** What an entry becomes: where it leads, and how the client treats it. */
function routedEntry(before: Json | undefined, entry: JsonObject): JsonObject {
  const kept = isJsonObject(before) ? Object.entries(before).filter(([key]) => keeps(key)) : [];
  return { ...entry, ...Object.fromEntries(kept) };
}

function withInput(text: string, input: JsonObject): string {
  const parsed = parseJsonc(text);
  const tree = parsed.ok && isJsonObject(parsed.tree as Json) ? (parsed.tree as JsonObject) : {};
  const inputs = ownProperty(tree, 'inputs');
  if (!Array.isArray(inputs)) return insertJson(text, ['inputs'], [input]);
  const isThere = inputs.some((one) => isJsonObject(one) && ownProperty(one, 'id') === input['id']);
  return isThere ? text : insertJson(text, ['inputs', inputs.length], input);
}

function verified(document: ClientDocument, text: string, wishes: readonly Rerouting[]): EditResult {
  const parsed = document.format === 'toml' ? parseTomlTree(text) : parseJsonc(text);
  // Both parsers give JSON values.
  const after = parsed.ok ? (parsed.tree as Json) : undefined;
  const isRight =
    isJsonObject(after) &&
    isDeepStrictEqual(without(document.tree, wishes), without(after, wishes)) &&
    wishes.every(({ entry, steps }) =>
      isDeepStrictEqual(valueAt(after, steps), routedEntry(valueAt(document.tree, steps), entry)),
    );
  if (isRight) return { ok: true, text };
  return { ok: false, message: 'the change would have altered more than the entry; change the file by hand' };
}

/** The tree less the entries, and less what was added to `inputs`. */
function without(tree: JsonObject, wishes: readonly Rerouting[]): Json {
  let rest: Json = tree;
  for (const { steps } of wishes) rest = dropped(rest, steps);
  const ids = new Set<Json | undefined>(
    wishes.map(({ input }) => input?.['id']).filter((id) => id !== undefined),
  );
  if (ids.size === 0 || !isJsonObject(rest)) return rest;
  const inputs = ownProperty(rest, 'inputs');
  const others = (Array.isArray(inputs) ? inputs : []).filter(
    (one) => !(isJsonObject(one) && ids.has(ownProperty(one, 'id'))),
  );
  return [dropped(rest, ['inputs']), others];
}

function dropped(value: Json, [step, ...more]: readonly string[]): Json {
  if (step === undefined || !isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key !== step) define(copy, key, inner);
    else if (more.length > 0) define(copy, key, dropped(inner, more));
  }
  return copy;
}

/** The value that these keys lead to. */
export function valueAt(tree: Json | undefined, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>(
    (value, step) => (isJsonObject(value) ? ownProperty(value, step) : undefined),
    tree,
  );
}

/** The text with one entry as it stands in an earlier text of the file; undefined where either has no such entry. */
export function putBack(
  { format, text }: ClientDocument,
  earlier: ClientDocument,
  steps: readonly string[],
): string | undefined {
  if (format === 'toml') {
    const raw = rawToml(earlier.text, steps);
    return raw === '' ? undefined : putRawToml(text, steps, raw);
  }
  const raw = rawJson(earlier.text, steps);
  return raw === undefined ? undefined : putRawJson(text, steps, raw);
}
