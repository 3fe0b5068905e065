import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { put } from '../document/index.ts';
import { choose, leaveToOthers } from './choose.ts';
import { hideOf, toolsOf } from './standing.ts';

/** What a recommended policy says of one tool. */
type Recommended = { readonly kind: 'hide' } | { readonly kind: 'entry'; readonly entry: Json };

/** Undefined where it says nothing: no rule can name the tool. */
export function recommendedFor(policy: unknown, name: string): Recommended | undefined {
  // A cast: an object of JSON is what the API tells.
  const document = policy as Json;
  if (!isJsonObject(document)) return undefined;
  if (hideOf(document).includes(name)) return { kind: 'hide' };
  const entry = ownProperty(toolsOf(document), name);
  return entry === undefined ? undefined : { kind: 'entry', entry };
}

/** The document with the recommended rule in place of what it says of the tool. */
export function takeRecommended(document: JsonObject, name: string, rule: Recommended): JsonObject {
  if (rule.kind === 'hide') return choose(document, { name, mode: 'hide' });
  const bare = hideOf(document).includes(name) ? leaveToOthers(document, name) : document;
  return put(bare, ['tools', name], rule.entry);
}
