import { isJsonObject, type Json } from '@boomgate/engine';
import type { JsonError } from 'json-schema-library';

/** Where, and what was expected there: the schema's own words, never the argument's value. */
export function sayError({ code, data }: JsonError): { readonly path: string; readonly message: string } {
  // The library keeps the schema that was not satisfied beside each error; ours are JSON.
  const schema = (isJsonObject(data.schema) ? data.schema : {}) as Readonly<Record<string, Json>>;
  return {
    path: data.pointer.replace(/^#/, ''),
    message: (WORDS[String(code)] ?? unknown)({ schema, key: data['key'] }),
  };
}

type Words = (found: { readonly schema: Readonly<Record<string, Json>>; readonly key: unknown }) => string;

const unknown: Words = () => 'does not satisfy the schema';

const WORDS: Readonly<Record<string, Words>> = {
  'type-error': ({ schema }) => `must be ${[schema['type']].flat().join(',')}`,
  'required-property-error': ({ key }) => `must have required property '${String(key)}'`,
  'no-additional-properties-error': ({ key }) =>
    `must NOT have additional properties (${JSON.stringify(key)})`,
  'enum-error': () => 'must be equal to one of the allowed values',
  'const-error': () => 'must be equal to constant',
  'format-error': ({ schema }) => `must match format "${String(schema['format'])}"`,
  'pattern-error': ({ schema }) => `must match pattern "${String(schema['pattern'])}"`,
  'minimum-error': ({ schema }) => `must be >= ${String(schema['minimum'])}`,
  'maximum-error': ({ schema }) => `must be <= ${String(schema['maximum'])}`,
  'exclusiveMinimum-error': ({ schema }) => `must be > ${String(schema['exclusiveMinimum'])}`,
  'exclusiveMaximum-error': ({ schema }) => `must be < ${String(schema['exclusiveMaximum'])}`,
  'multipleOf-error': ({ schema }) => `must be multiple of ${String(schema['multipleOf'])}`,
  'min-length-error': ({ schema }) => `must NOT have fewer than ${String(schema['minLength'])} characters`,
  'min-length-one-error': () => 'must NOT have fewer than 1 characters',
  'max-length-error': ({ schema }) => `must NOT have more than ${String(schema['maxLength'])} characters`,
  'min-items-error': ({ schema }) => `must NOT have fewer than ${String(schema['minItems'])} items`,
  'min-items-one-error': () => 'must NOT have fewer than 1 items',
  'max-items-error': ({ schema }) => `must NOT have more than ${String(schema['maxItems'])} items`,
  'unique-items-error': () => 'must NOT have duplicate items',
  'any-of-error': () => 'must match a schema in anyOf',
  'one-of-error': () => 'must match exactly one schema in oneOf',
  'multiple-one-of-error': () => 'must match exactly one schema in oneOf',
  'not-error': () => 'must NOT be valid',
  'invalid-data-error': () => 'must NOT be there',
};
