import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';

/** Where the server's own schema stands in a wrapped one. */
const PLACE = '#/properties/result';

/** Tools of a listing are never changed, so that each is translated once. */
const wrapped = new WeakMap<JsonObject, JsonObject>();

/** Whether agents of older revisions get what this tool gives as `{ result: … }`: its output need not be an object. */
export function isWrapped({ outputSchema }: JsonObject): boolean {
  return isJsonObject(outputSchema) && outputSchema['type'] !== 'object';
}

/** The tool with an output schema whose root is an object, as revisions with a handshake demand, and without tasks. */
export function wrappedTool(tool: JsonObject): JsonObject {
  const known = wrapped.get(tool);
  if (known !== undefined) return known;
  const plain = unwrappedTool(tool);
  const made = isWrapped(plain) ? { ...plain, outputSchema: wrap(plain['outputSchema'] ?? {}) } : plain;
  wrapped.set(tool, made);
  return made;
}

/** The tool without its support of tasks, which the gateway does not carry. */
export function unwrappedTool(tool: JsonObject): JsonObject {
  const { execution } = tool;
  if (!isJsonObject(execution) || !Object.hasOwn(execution, 'taskSupport')) return tool;
  const { taskSupport: _support, ...kept } = execution;
  const { execution: _execution, ...rest } = tool;
  return Object.keys(kept).length === 0 ? rest : { ...rest, execution: kept };
}

function wrap(schema: Json): JsonObject {
  // A schema with an address of its own keeps its references when it moves.
  const inner = isJsonObject(schema) && !Object.hasOwn(schema, '$id') ? moved(schema) : schema;
  return { type: 'object', properties: { result: inner }, required: ['result'] };
}

/** References within the schema, which now lies deeper. Its depth was bounded when the listing was read. */
function moved(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(moved);
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === '$ref' ? movedReference(value) : moved(value),
  ]);
  return Object.fromEntries(entries);
}

function movedReference(reference: Json): Json {
  if (reference === '#') return PLACE;
  return typeof reference === 'string' && reference.startsWith('#/') ? PLACE + reference.slice(1) : reference;
}
