import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { DATA, MAPS } from '@boomgate/functions';
import { requireShape } from './shape.ts';

/**
 * The schema as the library takes it for what the gateway takes it for: dialect and name of the whole have no task left,
 * `nullable` admits null, and what refers to anything but a place of this schema throws.
 */
export function prepareSchema(
  { $schema: _dialect, $id: _id, ...schema }: JsonObject,
  isOld: boolean,
): JsonObject {
  return prepare(schema, { schema, isOld });
}

type Whole = { readonly schema: JsonObject; readonly isOld: boolean };

function prepare(schema: JsonObject, whole: Whole): JsonObject {
  requireShape(schema, whole.isOld);
  const made: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (saysNothing(key, schema, whole.isOld)) continue;
    if (key === '$ref') requirePlace(value, whole.schema);
    if (key === '$dynamicRef' || key === '$recursiveRef' || (key === '$id' && typeof value === 'string'))
      throw new Error(`"${key}" is not understood in a page`);
    if (DATA.has(key)) made[key] = value;
    else if (MAPS.has(key) && isJsonObject(value))
      made[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, below(one, whole)]));
    else made[key] = below(value, whole);
  }
  const { nullable, type } = schema;
  if (nullable === true && type !== undefined) made['type'] = [...new Set([type, 'null'].flat())];
  return made;
}

const NEW = new Set([
  'prefixItems',
  'dependentSchemas',
  'dependentRequired',
  'minContains',
  'maxContains',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords that the gateway does not look at: those of the other dialect, and those that need another one beside them. */
function saysNothing(key: string, schema: JsonObject, isOld: boolean): boolean {
  if (key === 'if') return schema['then'] === undefined && schema['else'] === undefined;
  if (key === 'then' || key === 'else') return schema['if'] === undefined;
  if (key === 'additionalItems') return !isOld || !Array.isArray(schema['items']);
  return isOld && NEW.has(key);
}

function below(value: Json, whole: Whole): Json {
  if (Array.isArray(value)) return value.map((one: Json) => below(one, whole));
  return isJsonObject(value) ? prepare(value, whole) : value;
}

function requirePlace(reference: Json, whole: JsonObject): void {
  if (typeof reference !== 'string') throw new Error('expected a text as "$ref"');
  if (reference === '#' || holdsPlace(reference, whole) || holdsAnchor(reference, whole)) return;
  throw new Error(`can't resolve reference ${reference} from id #`);
}

function holdsPlace(reference: string, whole: Json): boolean {
  if (!reference.startsWith('#/')) return false;
  let at: Json | undefined = whole;
  for (const segment of reference.slice(2).split('/')) {
    const name = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    // An array's elements are its own properties, as an object's members are.
    const holder: Json | undefined = at;
    at =
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
        ? (holder as JsonObject)[name]
        : undefined;
  }
  return at !== undefined;
}

function holdsAnchor(reference: string, value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isJsonObject(value) && value['$anchor'] === reference.slice(1)) return true;
  return Object.values(value).some((inner) => holdsAnchor(reference, inner));
}
