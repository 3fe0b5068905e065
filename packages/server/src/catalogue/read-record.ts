import { readDefinition, type ToolDefinition } from '@boomgate/catalogue';
import { isJsonObject, type Json, type JsonObject, ownProperty, readJson } from '@boomgate/engine';
import { FIELD_CHARACTERS, INDEXED_CHARACTERS, RECORD_DEPTH, RECORD_ITEMS, RECORD_TOOLS } from './bounds.ts';
import type { CatalogueRecord } from './contract.ts';

/** What one JSON value of an import amounts to. `gone`: a registry took the server back. */
export type ReadRecord =
  | { readonly kind: 'record'; readonly record: CatalogueRecord }
  | { readonly kind: 'old_version' }
  | { readonly kind: 'gone'; readonly slug: string }
  | { readonly kind: 'refused'; readonly why: string };

/** What a registry says about an entry, beside the entry. */
const OFFICIAL = 'io.modelcontextprotocol.registry/official';
/** The registry's own rule for names is stricter; other registries keep less to it. */
const SLUG = /^[\p{L}\p{N}@][\p{L}\p{N}@._~/-]{0,199}$/u;

/** Reads JSON text as strictly as requests, with bounds for a record or, with `most`, for a whole document. */
export function readText(text: string, most: number = RECORD_ITEMS) {
  return readJson(text, {
    maxDepth: RECORD_DEPTH,
    maxItems: most,
    maxStringLength: 1024 * 1024,
    bigNumbers: 'pass',
  });
}

/** The elements of a document: of an array, or of a page's `servers`; any other value is one itself. */
export function elementsOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  const servers = isJsonObject(value) ? ownProperty(value, 'servers') : undefined;
  return Array.isArray(servers) ? servers : [value];
}

/** A record with tools, an entry of a registry's page, or a `server.json`. */
export function readRecord(value: Json): ReadRecord {
  if (!isJsonObject(value)) return refused('expected a JSON object', value);
  if (ownProperty(value, 'slug') !== undefined) return readOwn(value);
  const entry = ownProperty(value, 'server');
  if (!isJsonObject(entry)) return readServerJson(value, officialOf(value));
  return readServerJson(entry, officialOf(value));
}

function readOwn(value: JsonObject): ReadRecord {
  const slug = ownProperty(value, 'slug');
  if (typeof slug !== 'string' || !SLUG.test(slug)) return refused('expected "slug" to be a name', slug);
  const listed = ownProperty(value, 'tools');
  const tools = listed === undefined ? undefined : readTools(listed);
  if (typeof tools === 'string') return { kind: 'refused', why: tools };
  const fields = ['title', 'package', 'version', 'licence', 'repository', 'scanned'] as const;
  return {
    kind: 'record',
    record: {
      slug,
      name: textOf(value, 'name') ?? slug,
      ...texts(value, fields),
      ...described(value),
      ...(tools === undefined ? {} : { tools }),
    },
  };
}

/** The definitions, or what is wrong with them. */
function readTools(listed: Json): readonly ToolDefinition[] | string {
  if (!Array.isArray(listed)) return 'expected "tools" to be a list';
  if (listed.length > RECORD_TOOLS)
    return `expected at most ${RECORD_TOOLS} tools, found ${listed.length} of them`;
  const tools = new Map<string, ToolDefinition>();
  for (const [at, one] of listed.entries()) {
    const read = readDefinition(one);
    if (!read.ok) return `tools[${at}]: ${read.message}`;
    tools.set(read.tool.name, read.tool);
  }
  return [...tools.values()];
}

function readServerJson(entry: JsonObject, official: JsonObject): ReadRecord {
  const name = ownProperty(entry, 'name');
  if (typeof name !== 'string' || !SLUG.test(name))
    return refused('expected "name" to be a server\'s name such as io.github.owner/name', name);
  if (ownProperty(official, 'isLatest') === false) return { kind: 'old_version' };
  if (ownProperty(official, 'status') === 'deleted') return { kind: 'gone', slug: name };
  const repository = ownProperty(entry, 'repository');
  const changed = textOf(official, 'updatedAt') ?? textOf(official, 'publishedAt');
  return {
    kind: 'record',
    record: {
      slug: name,
      name,
      ...texts(entry, ['title', 'version']),
      ...described(entry),
      ...packageOf(entry),
      ...(isJsonObject(repository) ? renamed(repository, 'url', 'repository') : {}),
      ...(changed === undefined ? {} : { scanned: changed.slice(0, 'YYYY-MM-DD'.length) }),
    },
  };
}

/** The npm package where there is one, else the first of any kind. */
function packageOf(entry: JsonObject): { readonly package?: string } {
  const listed = ownProperty(entry, 'packages');
  const packages = Array.isArray(listed) ? listed.filter(isJsonObject) : [];
  const npm = packages.find((one) => ownProperty(one, 'registryType') === 'npm') ?? packages[0];
  return npm === undefined ? {} : renamed(npm, 'identifier', 'package');
}

function officialOf(value: JsonObject): JsonObject {
  const meta = ownProperty(value, '_meta');
  const official = isJsonObject(meta) ? ownProperty(meta, OFFICIAL) : undefined;
  return isJsonObject(official) ? official : {};
}

function textOf(value: JsonObject, field: string): string | undefined {
  const text = ownProperty(value, field);
  return typeof text === 'string' && text !== '' ? text.slice(0, FIELD_CHARACTERS).toWellFormed() : undefined;
}

function texts<Field extends string>(
  value: JsonObject,
  fields: readonly Field[],
): { readonly [K in Field]?: string } {
  const found = fields.flatMap((field) => {
    const text = textOf(value, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  // Of the fields that are asked for, and only texts.
  return Object.fromEntries(found) as { readonly [K in Field]?: string };
}

function renamed<Field extends string>(
  value: JsonObject,
  from: string,
  field: Field,
): { readonly [K in Field]?: string } {
  const text = textOf(value, from);
  // Of the one field that is asked for.
  return (text === undefined ? {} : { [field]: text }) as { readonly [K in Field]?: string };
}

function described(value: JsonObject): { readonly description?: string } {
  const text = ownProperty(value, 'description');
  return typeof text === 'string' && text !== ''
    ? { description: text.slice(0, INDEXED_CHARACTERS).toWellFormed() }
    : {};
}

function refused(expected: string, found: Json | undefined): ReadRecord {
  const text = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
  return { kind: 'refused', why: `${expected}, found ${text}` };
}
