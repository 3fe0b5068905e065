import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';

/** What is left out of a definition: pictures for people, whose addresses are often signed anew for every list. */
const LEFT_OUT: ReadonlySet<string> = new Set(['icons', '_meta']);
/** What counts of `_meta`: the user interface that a client shows for the tool, which the gateway lets through. */
const COUNTED_META = 'ui';

/**
 * The parts of a tool, as `tools/list` gives it, that an agent, its model or its person acts upon. Everything counts but what is known
 * not to: a field that nobody knows yet may reach a model (decisions/0010).
 */
export function definitionOf(tool: JsonObject): JsonObject {
  const counted = Object.entries(tool).filter(([field]) => !LEFT_OUT.has(field));
  const ui = countedMeta(ownProperty(tool, '_meta'));
  return Object.fromEntries(ui === undefined ? counted : [...counted, ['_meta', { [COUNTED_META]: ui }]]);
}

function countedMeta(meta: Json | undefined): Json | undefined {
  return isJsonObject(meta) ? ownProperty(meta, COUNTED_META) : undefined;
}
