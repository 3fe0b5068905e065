import { canonicalJson } from '../json/canonical.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../json/json.ts';

/** One place where two JSON values differ. `path` has the names and indexes that lead there; it is empty for the whole. */
export type DefinitionChange =
  | { readonly kind: 'added'; readonly path: readonly string[]; readonly after: Json }
  | { readonly kind: 'removed'; readonly path: readonly string[]; readonly before: Json }
  | {
      readonly kind: 'changed';
      readonly path: readonly string[];
      readonly before: Json;
      readonly after: Json;
    };

/** Changes that are told apart; with more of them nobody reads each, and the whole counts as changed. */
export const CHANGES_MAX = 500;

/**
 * Where `after` differs from `before`, in the order of the names; empty when both have the same canonical text. Lists of
 * plain values are one place, as their order says nothing about what was exchanged for what.
 */
export function differenceOf(before: Json, after: Json): readonly DefinitionChange[] {
  const found: DefinitionChange[] = [];
  compare({ before, after, path: [] }, found);
  return found.length > CHANGES_MAX ? [{ kind: 'changed', path: [], before, after }] : found;
}

type Pair = { readonly before: Json; readonly after: Json; readonly path: readonly string[] };

function compare(pair: Pair, found: DefinitionChange[]): void {
  if (found.length > CHANGES_MAX) return;
  const { after, before, path } = pair;
  if (isJsonObject(before) && isJsonObject(after)) {
    compareObjects({ before, after, path }, found);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && isComparedByPlace(before, after)) {
    before.forEach((one: Json, at) => {
      compare({ before: one, after: after[at] as Json, path: [...path, String(at)] }, found); // a cast: both are as long
    });
    return;
  }
  if (canonicalJson(before) !== canonicalJson(after)) found.push({ kind: 'changed', ...pair });
}

function compareObjects(
  { after, before, path }: { before: JsonObject; after: JsonObject; path: readonly string[] },
  found: DefinitionChange[],
): void {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  for (const name of names) {
    const was = ownProperty(before, name);
    const is = ownProperty(after, name);
    const here = [...path, name];
    if (was === undefined && is !== undefined) found.push({ kind: 'added', path: here, after: is });
    else if (was !== undefined && is === undefined) found.push({ kind: 'removed', path: here, before: was });
    else if (was !== undefined && is !== undefined) compare({ before: was, after: is, path: here }, found);
  }
}

/** Lists of objects that are as long as each other, such as alternatives of a schema. */
function isComparedByPlace(before: readonly Json[], after: readonly Json[]): boolean {
  return before.length === after.length && [...before, ...after].every(isJsonObject);
}
