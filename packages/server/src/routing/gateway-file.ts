import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { type ClientDocument, insertJson, readDocument } from '../clients/index.ts';
import { slugOf } from '../config/index.ts';

/** What routing adds to the gateway's configuration. */
export type Addition = {
  readonly slug: string;
  readonly entry: JsonObject;
  /** The name of the policy and its file, from the configuration's folder; absent when the policy is there already. */
  readonly policy?: { readonly name: string; readonly file: string };
};

export type FileDraft =
  | { readonly ok: true; readonly document: ClientDocument; readonly text: string }
  | { readonly ok: false; readonly problem: string };

const EMPTY = '{}\n';

/** The configuration file's text with more servers and policies; all that is there keeps its bytes. `bytes` is absent for a new file. */
export function declareInFile(
  path: string,
  bytes: Uint8Array | undefined,
  additions: readonly Addition[],
): FileDraft {
  const read = readDocument(path, bytes ?? Buffer.from(EMPTY), 'json');
  if (!read.ok) return read;
  const { document } = read;
  let text = document.text.trim() === '' ? EMPTY : document.text;
  for (const { entry, policy, slug } of additions) {
    if (entryOf(document, slug) === undefined) text = insertJson(text, ['mcpServers', slug], entry);
    if (policy !== undefined) text = insertJson(text, ['policies', policy.name], policy.file);
  }
  const after = readDocument(path, Buffer.from(text), 'json');
  if (!after.ok || !holds(after.document.tree, additions))
    return { ok: false, problem: `${path}: servers cannot be added to it by a program; add them by hand` };
  return { ok: true, document, text };
}

function holds(tree: JsonObject, additions: readonly Addition[]): boolean {
  return additions.every(({ entry, slug }) => isDeepStrictEqual(entryOf({ tree }, slug), entry));
}

/** The entry that has this address, under either key that the file may use. */
export function entryOf({ tree }: Pick<ClientDocument, 'tree'>, slug: string): Json | undefined {
  for (const key of ['mcpServers', 'servers']) {
    const section = ownProperty(tree, key);
    if (!isJsonObject(section)) continue;
    const found = Object.entries(section).find(([name]) => slugOf(name) === slug);
    if (found !== undefined) return found[1];
  }
  return undefined;
}

/**
 * The slug under which a server is declared: the first of `NAME`, `NAME-2`, … that is free or declares the same. Undefined
 * when none of a hundred is.
 */
export function freeSlug(
  document: Pick<ClientDocument, 'tree'>,
  wanted: string,
  isSame: (slug: string, declared: Json) => boolean,
): string | undefined {
  for (let next = 1; next <= 100; next += 1) {
    const slug = next === 1 ? wanted : `${wanted.slice(0, 60)}-${next}`;
    const declared = entryOf(document, slug);
    if (declared === undefined || isSame(slug, declared)) return slug;
  }
  return undefined;
}
