import {
  bounds,
  isJsonObject,
  type Json,
  type JsonObject,
  ownProperty,
  type ReadResult,
  readJson,
} from '@boomgate/engine';

export type ReadDocument =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly message: string };

const BOUNDS = {
  maxDepth: bounds.DOCUMENT_DEPTH,
  maxItems: bounds.DOCUMENT_ITEMS,
  maxStringLength: bounds.DOCUMENT_BYTES,
  bigNumbers: 'refuse',
} as const;

/** What has to have a certain shape, since the parts in it are found by it. */
const SHAPES: Readonly<Record<string, (value: Json) => boolean>> = {
  tools: isJsonObject,
  all_tools: isJsonObject,
  hide: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

/** A value as the engine reads it, which refuses what two readers could read differently. */
function readStrict(text: string): ReadResult {
  return readJson(text, BOUNDS);
}

/** Any JSON that a person typed, with what is wrong with it in words. */
export function readValueText(
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string } {
  const read = readStrict(text);
  return read.ok ? read : { ok: false, message: read.fault.message };
}

/** The tree of a text that can be shown in parts. A fault is told in words; only the text itself can be mended then. */
export function readDocumentText(text: string): ReadDocument {
  const read = readStrict(text);
  if (!read.ok) return { ok: false, message: read.fault.message };
  const document = read.value;
  if (!isJsonObject(document)) return { ok: false, message: 'expected an object { … } for the policy' };
  const odd = Object.keys(SHAPES).find((key) => {
    const value = ownProperty(document, key);
    return value !== undefined && SHAPES[key]?.(value) === false;
  });
  if (odd === undefined) return { ok: true, document };
  const expected = odd === 'hide' ? 'a list of names [ … ]' : 'an object { … }';
  return { ok: false, message: `expected ${expected} for "${odd}"` };
}
