import { isJsonObject, type Json } from './json.ts';

/** The canonical text of a JSON value (RFC 8785): keys sorted by code unit, no blanks. Equal values have equal texts. */
export function canonicalJson(value: Json): string {
  return isInOrder(value) ? JSON.stringify(value) : sortedJson(value);
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

function sortedJson(value: Json): string {
  if (Array.isArray(value)) return canonicalArray(value);
  if (!isJsonObject(value)) return JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).sort())
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${sortedJson(value[key] ?? null)}`;
  return text === '' ? '{}' : `${text}}`;
}

function canonicalArray(values: readonly Json[]): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '[' : ','}${sortedJson(value)}`;
  return text === '' ? '[]' : `${text}]`;
}
