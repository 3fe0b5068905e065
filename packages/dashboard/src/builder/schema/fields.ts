import { CLASSES, SEVERITIES } from '@boomgate/catalogue/classes';
import {
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
};

/** Levels of a schema below its arguments that are looked at. */
const DEPTH_MAX = 3;
/** Fields of one tool; a list that nobody would choose from has more. */
export const FIELDS_MAX = 200;

/** Arguments of a tool, with what is inside objects and lists; in the order of the schema. */
export function fieldsOf(schema: Json | undefined): readonly Field[] {
  return isJsonObject(schema) ? members(schema, [], 0).slice(0, FIELDS_MAX) : [];
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
  { path: 'client.name', ...TEXT, description: 'As the agent says of itself' },
  { path: 'client.version', ...TEXT, description: 'As the agent says of itself' },
  { path: 'time.hour', types: ['integer'], isRequired: true, description: '0 to 23' },
  { path: 'time.weekday', types: ['integer'], isRequired: true, description: '1 is Monday' },
  { path: 'time.date', ...TEXT, description: 'Such as 2026-11-27' },
];
