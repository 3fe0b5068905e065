import { isJsonObject, type Json } from './json.ts';
import { rawNumberText } from './raw-number.ts';

/** The canonical text of a JSON value (RFC 8785): keys sorted by code unit, no blanks. Equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return canonicalArray(value);
  if (!isJsonObject(value)) return JSON.stringify(value);
  const raw = rawNumberText(value);
  if (raw !== undefined) return raw;
  let text = '';
  for (const key of Object.keys(value).sort())
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`;
  return text === '' ? '{}' : `${text}}`;
}

function canonicalArray(values: readonly Json[]): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '[' : ','}${canonicalJson(value)}`;
  return text === '' ? '[]' : `${text}]`;
}
