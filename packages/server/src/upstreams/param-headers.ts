import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { PARAM_HEADERS, SCHEMA_DEPTH } from './bounds.ts';

/** One argument that a tool wants mirrored as the header `Mcp-Param-…` (P §1.11). */
export type ParamHeader = { readonly header: string; readonly path: readonly string[] };

export type ParamHeaders =
  | { readonly ok: true; readonly headers: readonly ParamHeader[] }
  | { readonly ok: false; readonly problem: string };

const ANNOTATION = 'x-mcp-header';
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const mirroredTypes: readonly Json[] = ['string', 'integer', 'boolean'];

/** Keywords whose subschemas a value may or may not reach, so that an annotation under them is invalid. */
const schemaKeywords = [
  'items',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
];
const schemaListKeywords = ['prefixItems', 'oneOf', 'anyOf', 'allOf'];
const schemaMapKeywords = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];

/** The annotations of a tool's input schema; any that breaks a rule of P §1.11 makes the whole tool invalid. */
export function scanParamHeaders(inputSchema: JsonObject): ParamHeaders {
  const headers: ParamHeader[] = [];
  const names = new Set<string>();
  const problem = scan(inputSchema, { path: [], reachable: true, depth: 0 });
  return problem === undefined ? { ok: true, headers } : { ok: false, problem };

  type Place = { readonly path: readonly string[]; readonly reachable: boolean; readonly depth: number };

  function scan(schema: Json | undefined, place: Place): string | undefined {
    if (!isJsonObject(schema)) return undefined;
    if (place.depth > SCHEMA_DEPTH) return `the input schema is nested deeper than ${SCHEMA_DEPTH}`;
    const own = Object.hasOwn(schema, ANNOTATION) ? annotation(schema, place) : undefined;
    if (own !== undefined) return own;
    const depth = place.depth + 1;
    for (const [name, child] of entries(schema['properties'])) {
      const found = scan(child, { path: [...place.path, name], reachable: place.reachable, depth });
      if (found !== undefined) return found;
    }
    for (const child of unreachable(schema)) {
      const found = scan(child, { path: place.path, reachable: false, depth });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function annotation(schema: JsonObject, place: Place): string | undefined {
    const name = schema[ANNOTATION];
    const where = `${ANNOTATION} at /${place.path.join('/')}`;
    if (!place.reachable || place.path.length === 0)
      return `${where} is not on a property that every call can reach`;
    if (typeof name !== 'string' || !token.test(name)) return `${where} is not the name of a header`;
    if (!mirroredTypes.includes(schema['type'] ?? null))
      return `${where} needs type string, integer or boolean`;
    if (names.has(name.toLowerCase())) return `${where} names a header that another property has`;
    if (headers.length >= PARAM_HEADERS) return `more than ${PARAM_HEADERS} ${ANNOTATION} annotations`;
    names.add(name.toLowerCase());
    headers.push({ header: `mcp-param-${name.toLowerCase()}`, path: place.path });
    return undefined;
  }
}

/** A tool of a listing is never changed, so that its schema is searched once. */
const scanned = new WeakMap<JsonObject, readonly ParamHeader[]>();
const none: readonly ParamHeader[] = [];

/** The arguments of an offered tool that travel as headers too; none when there is no tool or its annotations are invalid. */
export function paramHeadersOf(tool: JsonObject | undefined): readonly ParamHeader[] {
  if (tool === undefined) return none;
  const known = scanned.get(tool);
  if (known !== undefined) return known;
  const schema = tool['inputSchema'];
  const found = isJsonObject(schema) ? scanParamHeaders(schema) : undefined;
  const headers = found?.ok === true ? found.headers : none;
  scanned.set(tool, headers);
  return headers;
}

function entries(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function unreachable(schema: JsonObject): Json[] {
  return [
    ...schemaKeywords.flatMap((key) => schema[key] ?? []),
    ...schemaListKeywords.flatMap((key) => schema[key] ?? []),
    ...schemaMapKeywords.flatMap((key) => entries(schema[key]).map(([, child]) => child)),
  ];
}
