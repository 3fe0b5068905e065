import { isJsonObject, type Json, type JsonArray, type JsonObject } from './json.ts';

/** A value as text twice: `plain` with its keys in their own order, `canonical` with them sorted. Neither has blanks. */
export type JsonTexts = { readonly plain: string; readonly canonical: string };

/** The canonical text of a JSON value (RFC 8785): keys sorted by code unit, no blanks. Equal values have equal texts. */
export function canonicalJson(value: Json): string {
  return jsonTexts(value).canonical;
}

/** Both texts in one walk, as serialising is what costs: `plain` is what `JSON.stringify` gives. */
export function jsonTexts(value: Json): JsonTexts {
  if (isInOrder(value)) {
    const text = JSON.stringify(value);
    return { plain: text, canonical: text };
  }
  // A cast: what is no container is in order.
  return Array.isArray(value) ? textsOfArray(value) : textsOfObject(value as JsonObject);
}

/** Whether the platform's own serialisation is canonical already, as it is for most arguments. */
function isInOrder(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isInOrder);
  if (!isJsonObject(value)) return true;
  let before = '';
  for (const key in value) {
    if (key < before || !isInOrder(value[key] ?? null)) return false;
    before = key;
  }
  return true;
}

function textsOfObject(value: JsonObject): JsonTexts {
  const keys = Object.keys(value);
  const members = new Map<string, string>();
  let plain = '';
  for (const key of keys) {
    const name = nameText(key);
    const texts = jsonTexts(value[key] ?? null);
    plain += `${plain === '' ? '{' : ','}${name}${texts.plain}`;
    members.set(key, `${name}${texts.canonical}`);
  }
  let canonical = '';
  for (const key of keys.sort()) canonical += `${canonical === '' ? '{' : ','}${members.get(key)}`;
  return { plain: `${plain}}`, canonical: `${canonical}}` };
}

/** Names that need no escapes, as nearly all do; looking costs less than serialising. */
const PLAIN_NAME = /^[\w$.-]*$/;

function nameText(key: string): string {
  return PLAIN_NAME.test(key) ? `"${key}":` : `${JSON.stringify(key)}:`;
}

function textsOfArray(values: JsonArray): JsonTexts {
  let plain = '';
  let canonical = '';
  for (const value of values) {
    const texts = jsonTexts(value);
    plain += `${plain === '' ? '[' : ','}${texts.plain}`;
    canonical += `${canonical === '' ? '[' : ','}${texts.canonical}`;
  }
  return { plain: `${plain}]`, canonical: `${canonical}]` };
}
