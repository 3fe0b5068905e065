import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';

/** A tool as its server defines it. Nothing in it is trusted: every text may come from an attacker. */
export type ToolDefinition = {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: Json;
  readonly annotations?: Json;
};

/** Where a tool stands: names that say nothing about what it does. */
export type Surroundings = {
  readonly server?: string;
  /** Names of the server's tools, itself among them or not. */
  readonly siblings?: readonly string[];
};

/** An argument of a tool, from its schema. */
export type Argument = {
  readonly name: string;
  /** The words of its name. */
  readonly words: readonly string[];
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** Texts that it may only be. */
  readonly choices: readonly string[];
};

/** How many arguments of a schema are looked at; the largest seen in the field have about sixty. */
export const MAX_ARGUMENTS = 100;
/** How many choices of one argument are looked at. */
const MAX_CHOICES = 100;

/** The arguments at the top of a schema, the first hundred of them. Anything that is no schema has none. */
export function argumentsOf(
  schema: Json | undefined,
  wordsOf: (name: string) => readonly string[],
): readonly Argument[] {
  if (!isJsonObject(schema)) return [];
  const properties = ownProperty(schema, 'properties');
  if (!isJsonObject(properties)) return [];
  const required = ownProperty(schema, 'required');
  const names = Object.keys(properties).slice(0, MAX_ARGUMENTS);
  return names.map((name) => {
    const property = ownProperty(properties, name);
    const described = isJsonObject(property) ? property : {};
    return {
      name,
      words: wordsOf(name),
      type: typeOf(ownProperty(described, 'type')),
      required: Array.isArray(required) && required.includes(name),
      description: textOf(ownProperty(described, 'description')),
      choices: choicesOf(described),
    };
  });
}

/** A hint among annotations; only a real boolean counts. */
export function hintOf(annotations: Json | undefined, name: string): boolean | undefined {
  const value = isJsonObject(annotations) ? ownProperty(annotations, name) : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

export function titleOf({ title, annotations }: ToolDefinition): string {
  if (title !== undefined) return title;
  return isJsonObject(annotations) ? textOf(ownProperty(annotations, 'title')) : '';
}

function choicesOf(described: JsonObject): readonly string[] {
  const listed = ownProperty(described, 'enum');
  const items = ownProperty(described, 'items');
  const values = listed ?? (isJsonObject(items) ? ownProperty(items, 'enum') : undefined);
  const only = ownProperty(described, 'const');
  const all = Array.isArray(values) ? values.slice(0, MAX_CHOICES) : only === undefined ? [] : [only];
  return all.filter((value) => typeof value === 'string');
}

function typeOf(value: Json | undefined): string {
  if (Array.isArray(value)) return value.find((one) => typeof one === 'string' && one !== 'null') ?? '';
  return textOf(value);
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
