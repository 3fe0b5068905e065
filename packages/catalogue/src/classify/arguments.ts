import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';

/** An argument of a tool, from its schema. */
export type Argument = {
  /** Of one within another `outer.inner`. */
  readonly name: string;
  /** The words of its name, without those of what it is in. */
  readonly words: readonly string[];
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** Texts that it may only be. */
  readonly choices: readonly string[];
  /** It is a part of another argument, and says less of the tool. One object that holds all arguments is none. */
  readonly isPart: boolean;
};

/** How many arguments of a schema are looked at; the largest seen in the field have about sixty. */
export const MAX_ARGUMENTS = 100;
/** How many choices of one argument are looked at. */
const MAX_CHOICES = 100;
/** Objects within objects that are looked into. */
const MAX_DEPTH = 3;
/** Schemas that one is put together of. */
const MAX_PARTS = 32;
/** Steps of a reference. */
const MAX_STEPS = 8;
const COMPOUNDS = ['anyOf', 'oneOf', 'allOf'] as const;

type WordsOf = (name: string) => readonly string[];
/** Objects whose properties are arguments, as one: alternatives, what is referred to, all of which it must be. */
type Group = {
  readonly parts: readonly JsonObject[];
  readonly within: string;
  readonly isPart: boolean;
};

/**
 * The first hundred arguments, those at the top first, then those of objects and lists of objects within. References into the
 * same schema are followed, alternatives count together. Anything that is no schema has none.
 */
export function argumentsOf(schema: Json | undefined, wordsOf: WordsOf): readonly Argument[] {
  if (!isJsonObject(schema)) return [];
  const found: Argument[] = [];
  const seen = new Set<JsonObject>();
  let level: readonly Group[] = [{ parts: partsOf(schema, schema), within: '', isPart: false }];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const inner: Group[] = [];
    for (const group of level) {
      for (const part of group.parts) seen.add(part);
      const properties = propertiesOf(group, schema, MAX_ARGUMENTS - found.length);
      for (const [name, described] of properties) {
        const items = described.flatMap((part) => partsOf(ownProperty(part, 'items'), schema));
        found.push(argumentOf(name, { group, described, items, wordsOf }));
        const parts = [...described, ...items].filter((part) => 'properties' in part && !seen.has(part));
        const isPart = group.isPart || properties.size > 1 || items.length > 0;
        if (parts.length > 0) inner.push({ parts, within: `${group.within}${name}.`, isPart });
      }
    }
    level = inner;
  }
  return found;
}

type Described = {
  readonly group: Group;
  readonly described: readonly JsonObject[];
  readonly items: readonly JsonObject[];
  readonly wordsOf: WordsOf;
};

function argumentOf(name: string, { group, described, items, wordsOf }: Described): Argument {
  const isNeeded = (part: JsonObject): boolean => {
    const required = ownProperty(part, 'required');
    return Array.isArray(required) && required.includes(name);
  };
  return {
    name: `${group.within}${name}`,
    words: wordsOf(name),
    type: firstText(described, (part) => typeOf(ownProperty(part, 'type'))),
    required: group.parts.some(isNeeded),
    description: firstText(described, (part) => textOf(ownProperty(part, 'description'))),
    choices: [...described, ...items].flatMap(choicesOf).slice(0, MAX_CHOICES),
    isPart: group.isPart,
  };
}

/** What each property may be, in the order of their names; at most so many. */
function propertiesOf({ parts }: Group, schema: JsonObject, most: number): ReadonlyMap<string, JsonObject[]> {
  const found = new Map<string, JsonObject[]>();
  for (const part of parts) {
    const properties = ownProperty(part, 'properties');
    if (!isJsonObject(properties)) continue;
    for (const name of Object.keys(properties).slice(0, Math.max(0, most))) {
      const before = found.get(name);
      if (before === undefined && found.size >= most) continue;
      const described = partsOf(ownProperty(properties, name), schema);
      found.set(name, before === undefined ? [...described] : [...before, ...described].slice(0, MAX_PARTS));
    }
  }
  return found;
}

/** A schema with its alternatives and what it refers to; of one that is recursive each part once. */
function partsOf(schema: Json | undefined, root: JsonObject): readonly JsonObject[] {
  if (!isJsonObject(schema)) return [];
  if (!('$ref' in schema || COMPOUNDS.some((key) => key in schema))) return [schema];
  const found = new Set<JsonObject>([schema]);
  for (const part of found) {
    const reference = ownProperty(part, '$ref');
    const members = COMPOUNDS.flatMap((key) => membersOf(ownProperty(part, key)));
    const referred = typeof reference === 'string' ? pointedAt(root, reference) : undefined;
    for (const one of [referred, ...members]) if (isJsonObject(one) && found.size < MAX_PARTS) found.add(one);
  }
  return [...found];
}

const membersOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value.slice(0, MAX_PARTS) : [];

/** What `#/$defs/Name` points at; only within the schema itself. */
function pointedAt(root: JsonObject, reference: string): Json | undefined {
  const [before, ...steps] = reference.split('/', MAX_STEPS);
  if (before !== '#') return undefined;
  return steps.reduce<Json | undefined>(
    (at, step) =>
      isJsonObject(at) ? ownProperty(at, step.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined,
    root,
  );
}

function choicesOf(part: JsonObject): readonly string[] {
  const listed = ownProperty(part, 'enum');
  const only = ownProperty(part, 'const');
  const all = Array.isArray(listed) ? listed.slice(0, MAX_CHOICES) : [only];
  return all.filter((value) => typeof value === 'string');
}

function firstText(parts: readonly JsonObject[], read: (part: JsonObject) => string): string {
  for (const part of parts) {
    const text = read(part);
    if (text !== '') return text;
  }
  return '';
}

/** The first type that is not null. */
function typeOf(value: Json | undefined): string {
  const types = Array.isArray(value) ? value : [value];
  return types.find((one) => typeof one === 'string' && one !== 'null')?.toString() ?? '';
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
