import type { Format } from '@boomgate/catalogue/clients';
import type { JsonObject } from '@boomgate/engine';
import { FILE_BYTES, TOML_BYTES } from './bounds.ts';
import { parseJsonc } from './jsonc.ts';
import type { Parsed } from './parsed.ts';
import { parseTomlTree } from './toml.ts';
import { parseYamlTree } from './yaml.ts';

/** A client's file as it was read. `text` is without the byte-order mark, which `bom` remembers. */
export type ClientDocument = {
  readonly format: Format;
  readonly text: string;
  readonly bom: boolean;
  readonly tree: JsonObject;
};

export type DocumentResult =
  | { readonly ok: true; readonly document: ClientDocument }
  /** `PATH:LINE:COLUMN: what`; never the file's text, which may be the wrong, secret file. */
  | { readonly ok: false; readonly problem: string };

const PARSERS = { json: parseJsonc, toml: parseTomlTree, yaml: parseYamlTree } as const satisfies Record<
  Format,
  (text: string) => Parsed
>;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the bytes of a client's file. Expected faults are values: too large, other bytes than UTF-8, broken syntax, no object. */
export function readDocument(path: string, bytes: Uint8Array, format: Format): DocumentResult {
  const most = format === 'toml' ? TOML_BYTES : FILE_BYTES;
  if (bytes.length > most)
    return fault(path, `expected a file of at most ${most} bytes, found ${bytes.length}`);
  let whole: string;
  try {
    whole = utf8.decode(bytes);
  } catch {
    return fault(path, 'expected UTF-8 text, found other bytes');
  }
  const bom = whole.startsWith('\uFEFF');
  const text = bom ? whole.slice(1) : whole;
  // Clients make empty files and mean that there is nothing in them yet.
  if (text.trim() === '') return { ok: true, document: { format, text, bom, tree: {} } };
  const parsed = guarded(text, PARSERS[format]);
  if (!parsed.ok) {
    const place = parsed.line === undefined ? '' : `:${parsed.line}:${parsed.column ?? 1}`;
    return fault(`${path}${place}`, parsed.message);
  }
  const { tree } = parsed;
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree))
    return fault(path, 'expected an object at the top of the file, found something else');
  // Parsers of all three formats give JSON values.
  return { ok: true, document: { format, text, bom, tree: tree as JsonObject } };
}

/** Parsers recurse, and a file may nest deeper than they can. */
function guarded(text: string, parse: (text: string) => Parsed): Parsed {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: 'it is nested too deeply to be read' };
    throw error;
  }
}

const fault = (place: string, message: string): DocumentResult => ({
  ok: false,
  problem: `${place}: ${message}`,
});

/** The bytes of a document with another text. */
export function bytesOf({ bom }: Pick<ClientDocument, 'bom'>, text: string): Buffer {
  return Buffer.from(bom ? `\uFEFF${text}` : text);
}
