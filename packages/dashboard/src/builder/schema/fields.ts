import { CLASSES, SEVERITIES } from '@boomgate/catalogue/classes';
import {
  canonicalJson,
  isJsonObject,
  type Json,
  type JsonObject,
  ownProperty,
  printPath,
  type Segment,
} from '@boomgate/engine';

/** Something that a condition can look at. */
export type Field = {
  readonly path: string;
  /** JSON types that the schema names; none where it does not. */
  readonly types: readonly string[];
  readonly values?: readonly Json[];
  /** The server's own words. */
  readonly description?: string;
  readonly isRequired: boolean;
  /** Tools that have it, where it is one of several tools. */
  readonly of?: readonly string[];
};

/** Levels of a schema below its arguments that are looked at. */
const DEPTH_MAX = 3;
/** Fields of one tool; a list that nobody would choose from has more. */
export const FIELDS_MAX = 200;

/** Arguments of a tool, with what is inside objects and lists; in the order of the schema. */
export function fieldsOf(schema: Json | undefined): readonly Field[] {
  return isJsonObject(schema) ? members(schema, [], 0).slice(0, FIELDS_MAX) : [];
}

type OfTool = { readonly tool: string; readonly fields: readonly Field[] };

/** Arguments of several tools as those of one. What they do not agree on is left open: what a condition may ask is then more, never less. */
export function joinedFields(tools: readonly OfTool[]): readonly Field[] {
  const found = new Map<string, Field>();
  for (const { fields, tool } of tools)
    for (const field of fields) {
      const before = found.get(field.path);
      found.set(field.path, before === undefined ? { ...field, of: [tool] } : joined(before, field, tool));
    }
  return [...found.values()].slice(0, FIELDS_MAX);
}

function joined(before: Field, field: Field, tool: string): Field {
  const { description, values, ...rest } = before;
  const areTyped = before.types.length > 0 && field.types.length > 0;
  return {
    ...rest,
    types: areTyped ? [...new Set([...before.types, ...field.types])] : [],
    ...(values !== undefined && field.values !== undefined && { values: distinct(values, field.values) }),
    ...(description !== undefined && description === field.description && { description }),
    isRequired: before.isRequired && field.isRequired,
    of: [...new Set([...(before.of ?? []), tool])],
  };
}

function distinct(values: readonly Json[], others: readonly Json[]): readonly Json[] {
  return [...new Map([...values, ...others].map((value) => [canonicalJson(value), value])).values()];
}

function members(schema: JsonObject, around: readonly Segment[], depth: number): readonly Field[] {
  const properties = ownProperty(schema, 'properties');
  const required = ownProperty(schema, 'required');
  if (!isJsonObject(properties) || depth > DEPTH_MAX) return [];
  return Object.entries(properties).flatMap(([name, member]) => {
    const segments: readonly Segment[] = [...around, { kind: 'name', name }];
    const isRequired = Array.isArray(required) && required.includes(name);
    return isJsonObject(member) ? inside(member, { segments, depth, isRequired }) : [];
  });
}

type At = { readonly segments: readonly Segment[]; readonly depth: number; readonly isRequired: boolean };

function inside(schema: JsonObject, { depth, isRequired, segments }: At): readonly Field[] {
  const types = typesOf(schema);
  const values = ownProperty(schema, 'enum');
  const description = ownProperty(schema, 'description');
  const field: Field = {
    path: printPath('args', segments),
    types,
    ...(Array.isArray(values) && { values }),
    ...(typeof description === 'string' && { description }),
    isRequired,
  };
  const items = ownProperty(schema, 'items');
  const elements =
    isJsonObject(items) && depth < DEPTH_MAX
      ? inside(items, { segments: [...segments, { kind: 'each' }], depth: depth + 1, isRequired: false })
      : [];
  return [field, ...members(schema, segments, depth + 1), ...elements];
}

function typesOf(schema: JsonObject): readonly string[] {
  const type = ownProperty(schema, 'type');
  const types: readonly Json[] = Array.isArray(type) ? type : [type ?? null];
  return types.filter((one) => typeof one === 'string');
}

const TEXT = { types: ['string'], isRequired: true } as const;

/** What is known of every call beside its arguments (policy language §4). */
export const FREE_FIELDS: readonly Field[] = [
  { path: 'tool.name', ...TEXT },
  { path: 'tool.class', ...TEXT, values: CLASSES },
  { path: 'tool.severity', ...TEXT, values: SEVERITIES },
  { path: 'grant.name', ...TEXT },
  { path: 'server.name', ...TEXT },
  { path: 'client.name', ...TEXT, description: 'As reported by the agent' },
  { path: 'client.version', ...TEXT, description: 'As reported by the agent' },
  { path: 'time.hour', types: ['integer'], isRequired: true, description: '0 to 23' },
  { path: 'time.weekday', types: ['integer'], isRequired: true, description: '1 is Monday' },
  { path: 'time.date', ...TEXT, description: 'Such as 2026-11-27' },
];
