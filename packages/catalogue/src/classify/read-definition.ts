import { isJsonObject, type Json, type JsonObject, jsonType, ownProperty } from '@boomgate/engine';
import type { ToolDefinition } from './definition.ts';

export type ReadDefinition =
  | { readonly ok: true; readonly tool: ToolDefinition; readonly server?: string }
  | { readonly ok: false; readonly message: string };

/** Texts that a definition may have, beside its name. */
const TEXTS = ['title', 'description', 'server'] as const;

/**
 * A definition from JSON as `tools/list` gives it, with the server beside it. Fields that are not looked at may be
 * anything; the message says what was expected and found.
 */
export function readDefinition(value: Json): ReadDefinition {
  if (!isJsonObject(value)) return wrong(`expected a JSON object with a "name", found ${aType(value)}`);
  const name = ownProperty(value, 'name');
  if (typeof name !== 'string' || name === '')
    return wrong(
      `expected "name" to be a text that is not empty, found ${name === '' ? 'an empty one' : aType(name)}`,
    );
  for (const field of TEXTS) {
    const text = ownProperty(value, field);
    if (text !== undefined && text !== null && typeof text !== 'string')
      return wrong(`expected "${field}" to be a text, found ${aType(text)}`);
  }
  return { ok: true, tool: { name, ...parts(value) }, ...text(value, 'server') };
}

function parts(value: JsonObject): Omit<ToolDefinition, 'name'> {
  return {
    ...text(value, 'title'),
    ...text(value, 'description'),
    ...part(value, 'inputSchema'),
    ...part(value, 'outputSchema'),
    ...part(value, 'annotations'),
  };
}

function part<Field extends string>(value: JsonObject, field: Field): { readonly [K in Field]?: Json } {
  return given(field, ownProperty(value, field));
}

function text<Field extends string>(value: JsonObject, field: Field): { readonly [K in Field]?: string } {
  const found = ownProperty(value, field);
  return given(field, typeof found === 'string' ? found : undefined);
}

function given<Field extends string, Value>(field: Field, value: Value | undefined) {
  // A cast: of the one field that is asked for.
  return (value === undefined ? {} : { [field]: value }) as { readonly [K in Field]?: Value };
}

const wrong = (message: string): ReadDefinition => ({ ok: false, message });

function aType(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const type = jsonType(value);
  return type === 'null' ? 'null' : type === 'array' || type === 'object' ? `an ${type}` : `a ${type}`;
}
