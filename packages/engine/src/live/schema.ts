import type { ToolFacts } from '../decide/decision.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../json/json.ts';

/** What makes a schema say more than its own properties do. */
const ELSEWHERE = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'if'];

/** Whether the schema names all arguments that there can be. */
export function isClosed({ inputSchema }: ToolFacts): boolean {
  if (inputSchema === undefined || ELSEWHERE.some((key) => ownProperty(inputSchema, key) !== undefined))
    return false;
  return ownProperty(inputSchema, 'additionalProperties') === false;
}

/** Names of the arguments; none where there is no schema. */
export function argumentNames({ inputSchema }: ToolFacts): readonly string[] {
  const properties = inputSchema && ownProperty(inputSchema, 'properties');
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

export function hasArgument({ inputSchema }: ToolFacts, argument: string): boolean {
  const properties = inputSchema && ownProperty(inputSchema, 'properties');
  return isJsonObject(properties) && Object.hasOwn(properties, argument);
}

export function isRequired({ inputSchema }: ToolFacts, argument: string): boolean {
  const required = inputSchema && ownProperty(inputSchema, 'required');
  return Array.isArray(required) && required.includes(argument);
}

/** What the schema says of an argument, when that is all there is to know. */
export function argumentSchema({ inputSchema }: ToolFacts, argument: string): JsonObject | undefined {
  const properties = inputSchema && ownProperty(inputSchema, 'properties');
  const schema = isJsonObject(properties) ? ownProperty(properties, argument) : undefined;
  if (!isJsonObject(schema)) return undefined;
  return ELSEWHERE.some((key) => ownProperty(schema, key) !== undefined) ? undefined : schema;
}

/** Types that the schema names; undefined where it names none. */
export function typesOf(schema: JsonObject): readonly string[] | undefined {
  const type = ownProperty(schema, 'type');
  const types: readonly Json[] = Array.isArray(type) ? type : [type ?? null];
  return types.every((one) => typeof one === 'string') ? types : undefined;
}

export function enumOf(schema: JsonObject): readonly Json[] | undefined {
  const values = ownProperty(schema, 'enum');
  return Array.isArray(values) ? values : undefined;
}
