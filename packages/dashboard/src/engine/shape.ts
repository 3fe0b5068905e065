import { type Json, type JsonObject, type JsonType, jsonType } from '@boomgate/engine';

const SCHEMA: readonly JsonType[] = ['object', 'boolean'];

/** What the value of a keyword must be, else the gateway does not compile the schema and refuses calls of the tool. */
const SHAPES: Readonly<Record<string, readonly JsonType[]>> = {
  additionalItems: SCHEMA,
  additionalProperties: SCHEMA,
  allOf: ['array'],
  anyOf: ['array'],
  contains: SCHEMA,
  dependencies: ['object'],
  dependentRequired: ['object'],
  dependentSchemas: ['object'],
  else: SCHEMA,
  enum: ['array'],
  exclusiveMaximum: ['number'],
  exclusiveMinimum: ['number'],
  format: ['string'],
  if: SCHEMA,
  items: SCHEMA,
  maxContains: ['number'],
  maxItems: ['number'],
  maxLength: ['number'],
  maxProperties: ['number'],
  maximum: ['number'],
  minContains: ['number'],
  minItems: ['number'],
  minLength: ['number'],
  minProperties: ['number'],
  minimum: ['number'],
  multipleOf: ['number'],
  not: SCHEMA,
  oneOf: ['array'],
  pattern: ['string'],
  patternProperties: ['object'],
  prefixItems: ['array'],
  properties: ['object'],
  propertyNames: SCHEMA,
  required: ['array'],
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
  then: SCHEMA,
  unevaluatedItems: SCHEMA,
  unevaluatedProperties: SCHEMA,
  uniqueItems: ['boolean'],
};

const TYPES: readonly Json[] = ['null', 'boolean', 'number', 'integer', 'string', 'object', 'array'];

/** Throws for a schema that the gateway does not compile. `isOld`: in draft-07 `items` may be a list. */
export function requireShape(schema: JsonObject, isOld: boolean): void {
  for (const [key, value] of Object.entries(schema)) {
    const wanted = Object.hasOwn(SHAPES, key) ? SHAPES[key] : undefined;
    const found = jsonType(value);
    if (wanted !== undefined && !wanted.includes(found) && !(isOld && key === 'items' && found === 'array'))
      throw new Error(`"${key}" must be ${wanted.join(' or ')}, found ${found}`);
    if (key === 'enum' && Array.isArray(value) && value.length === 0)
      throw new Error('"enum" must have at least one item');
    if (key === 'type' && ![value].flat().every((type) => TYPES.includes(type)))
      throw new Error('"type" must be a type of JSON or a list of them');
  }
  const types = [schema['type'] ?? []].flat();
  if (schema['nullable'] === undefined || (schema['nullable'] !== false && types.includes('null'))) return;
  if (types.length === 0) throw new Error('"nullable" cannot be used without "type"');
  if (types.includes('null')) throw new Error('"type" with "null" contradicts "nullable": false');
}
