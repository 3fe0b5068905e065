import type { JsonObject } from '@boomgate/engine';

/** `key = value` for each property of an object of texts, lists, numbers and booleans. */
export function pairsOf(object: JsonObject): readonly string[] {
  return Object.entries(object).map(([key, value]) => `${keyText(key)} = ${valueText(value)}`);
}

/** A table as a person writes it. */
export function tableText(steps: readonly string[], entry: JsonObject): string {
  return [`[${steps.map(keyText).join('.')}]`, ...pairsOf(entry)].join('\n');
}

function valueText(value: JsonObject[string]): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  // What is no list is an object of JSON.
  if (typeof value === 'object' && value !== null) return `{ ${pairsOf(value as JsonObject).join(', ')} }`;
  // JSON's texts are basic strings of TOML, once DEL is escaped too.
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

/** A key of TOML, quoted unless it may stand bare. */
export const keyText = (key: string): string =>
  /^[\w-]+$/.test(key) && /^[\x20-\x7e]+$/.test(key) ? key : valueText(key);
