import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';

/** How one value is asked for. */
export type Plan =
  | { readonly kind: 'text' }
  | { readonly kind: 'number'; readonly isInteger: boolean }
  | { readonly kind: 'truth' }
  | { readonly kind: 'choice'; readonly of: readonly Json[] }
  | { readonly kind: 'list'; readonly of: Plan }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  /** What no field can show: written as JSON. */
  | { readonly kind: 'json' };

export type Member = {
  readonly name: string;
  readonly isRequired: boolean;
  /** The server's own words; empty without. */
  readonly description: string;
  readonly plan: Plan;
};

/** Levels of objects and lists that become fields; deeper ones are written as JSON. */
const DEEPEST = 3;
/** References that lead to references. */
const REFERENCES_MAX = 8;

/** The fields of a tool's arguments; undefined when its schema names none, and arguments are written as JSON. */
export function planOf(schema: JsonObject | undefined): (Plan & { readonly kind: 'object' }) | undefined {
  if (schema === undefined) return undefined;
  const plan = planAt(schema, { whole: schema, depth: 0 });
  return plan.kind === 'object' ? plan : undefined;
}

type Reading = { readonly whole: JsonObject; readonly depth: number };

function planAt(given: Json | undefined, reading: Reading): Plan {
  const schema = followed(given, reading.whole);
  if (!isJsonObject(schema) || reading.depth > DEEPEST) return { kind: 'json' };
  const choices = schema['enum'] ?? ('const' in schema ? [schema['const'] ?? null] : undefined);
  if (Array.isArray(choices)) return { kind: 'choice', of: choices };
  const only = withoutNull(schema);
  if (only !== undefined) return planAt(only, { ...reading, depth: reading.depth + 1 });
  return (KINDS[typeOf(schema)] ?? asJson)(schema, { ...reading, depth: reading.depth + 1 });
}

type MakePlan = (schema: JsonObject, reading: Reading) => Plan;

const asJson: MakePlan = () => ({ kind: 'json' });

const KINDS: Readonly<Record<string, MakePlan>> = {
  string: () => ({ kind: 'text' }),
  number: () => ({ kind: 'number', isInteger: false }),
  integer: () => ({ kind: 'number', isInteger: true }),
  boolean: () => ({ kind: 'truth' }),
  array: ({ items }, reading) => ({ kind: 'list', of: planAt(items, reading) }),
  object: (schema, reading) => {
    const properties = schema['properties'];
    if (!isJsonObject(properties) || Object.keys(properties).length === 0) return { kind: 'json' };
    const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
    return {
      kind: 'object',
      members: Object.entries(properties).map(([name, one]) => {
        const described = isJsonObject(one) ? one['description'] : undefined;
        return {
          name,
          isRequired: required.has(name),
          description: typeof described === 'string' ? described : '',
          plan: planAt(one, reading),
        };
      }),
    };
  },
};

function typeOf({ properties, type }: JsonObject): string {
  const types = [type ?? []].flat().filter((one) => one !== 'null');
  if (types.length === 1) return String(types[0]);
  return types.length === 0 && isJsonObject(properties) ? 'object' : '';
}

/** Of a choice between null and one other schema, that one. */
function withoutNull({ anyOf, oneOf }: JsonObject): Json | undefined {
  const choices = anyOf ?? oneOf;
  if (!Array.isArray(choices)) return undefined;
  const others = choices.filter((one: Json) => !isJsonObject(one) || one['type'] !== 'null');
  return others.length === 1 ? others[0] : undefined;
}

function followed(schema: Json | undefined, whole: JsonObject): Json | undefined {
  let at = schema;
  for (let count = 0; count < REFERENCES_MAX; count += 1) {
    const reference = isJsonObject(at) ? at['$ref'] : undefined;
    if (typeof reference !== 'string') return at;
    at = reference
      .split('/')
      .slice(1)
      .reduce<Json | undefined>((holder, name) => (isJsonObject(holder) ? holder[name] : undefined), whole);
  }
  return undefined;
}
