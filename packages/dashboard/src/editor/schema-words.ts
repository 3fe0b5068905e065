import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';

/** A step into a document: the name of a member, or an element of a list. */
export type DocumentStep = { readonly name: string } | 'element';

/** Something that may be written at a place: a key, or a value as JSON. */
export type Word = { readonly text: string; readonly description: string };

/** Levels of references and choices that are followed; the published schema has four. */
const DEEPEST = 12;

/** The keys that the object at a path may have. */
export function keysAt(schema: JsonObject, path: readonly DocumentStep[]): readonly Word[] {
  return distinct(
    schemasAt(schema, path).flatMap(({ properties }) =>
      Object.entries(isJsonObject(properties) ? properties : {}).map(([text, one]) => ({
        text,
        description: describe(schema, one),
      })),
    ),
  );
}

/** The values that a schema names for the place at a path, as JSON. */
export function valuesAt(schema: JsonObject, path: readonly DocumentStep[]): readonly Word[] {
  return distinct(schemasAt(schema, path).flatMap((one) => valuesOf(one)));
}

function valuesOf(one: JsonObject): readonly Word[] {
  const description = typeof one['description'] === 'string' ? one['description'] : '';
  const named = [
    ...listOf(one['enum']),
    ...('const' in one ? [one['const']] : []),
    ...(one['type'] === 'boolean' ? [true, false] : []),
    ...('default' in one ? [one['default']] : []),
  ];
  return named.map((value) => ({ text: JSON.stringify(value), description }));
}

/** Every schema that may hold at a path: choices are not decided, since the document is being written. */
function schemasAt(whole: JsonObject, path: readonly DocumentStep[]): readonly JsonObject[] {
  let here = expand(whole, whole, 0);
  for (const step of path) {
    const next = here.flatMap((schema) =>
      step === 'element' ? elementsOf(schema) : memberOf(schema, step.name),
    );
    here = next.flatMap((schema) => expand(whole, schema, 0));
  }
  return here;
}

function memberOf({ additionalProperties, properties }: JsonObject, name: string): readonly Json[] {
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return [own ?? additionalProperties ?? null];
}

function elementsOf({ items }: JsonObject): readonly Json[] {
  return [items ?? null];
}

/** A schema with everything that it refers to or chooses from. */
function expand(whole: JsonObject, schema: Json | undefined, depth: number): readonly JsonObject[] {
  if (!isJsonObject(schema) || depth > DEEPEST) return [];
  const inner = [
    referred(whole, schema['$ref']),
    ...['anyOf', 'oneOf', 'allOf'].flatMap((key) => listOf(schema[key])),
    schema['then'],
    schema['else'],
  ];
  return [schema, ...inner.flatMap((one) => expand(whole, one, depth + 1))];
}

function referred(whole: JsonObject, reference: Json | undefined): Json | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#/$defs/')) return undefined;
  const definitions = whole['$defs'];
  return isJsonObject(definitions) ? definitions[reference.slice('#/$defs/'.length)] : undefined;
}

function describe(whole: JsonObject, schema: Json | undefined): string {
  const described = expand(whole, schema, 0).find(({ description }) => typeof description === 'string');
  return String(described?.['description'] ?? '');
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function distinct(words: readonly Word[]): readonly Word[] {
  return [...new Map(words.toReversed().map((word) => [word.text, word])).values()].toReversed();
}
