import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';

/** Numbers from 0 up to a bound, always the same ones for the same seed (mulberry32). */
export function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const WORDS = ['a lighthouse at dusk', 'default', 'main', 'draft-7', 'production', 'report'];
const NUMBERS = [1, 2, 4, 20, 512, 1024, 2048];

/** Arguments that mostly fit a schema: what is required, and some of the rest. */
export function argumentsFor(schema: JsonObject, draw: (below: number) => number): JsonObject {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const given = Object.entries(properties).filter(([name]) => required.includes(name) || draw(3) === 0);
  return Object.fromEntries(given.map(([name, one]) => [name, valueFor(one, draw)]));
}

function valueFor(schema: Json, draw: (below: number) => number): Json {
  if (!isJsonObject(schema)) return null;
  const { enum: choices, items, type } = schema;
  if (Array.isArray(choices)) return choices[draw(choices.length)] ?? null;
  if (type === 'boolean') return draw(2) === 0;
  if (type === 'integer' || type === 'number') return within(schema, NUMBERS[draw(NUMBERS.length)] ?? 1);
  if (type === 'array') return [valueFor(items ?? {}, draw)];
  if (type === 'object') return argumentsFor(schema, draw);
  return WORDS[draw(WORDS.length)] ?? '';
}

function within({ maximum, minimum }: JsonObject, value: number): number {
  const least = typeof minimum === 'number' ? minimum : value;
  const most = typeof maximum === 'number' ? maximum : value;
  return Math.min(Math.max(value, least), most);
}
