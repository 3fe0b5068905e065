import type { Json, JsonArray, JsonObject } from '../json/json.ts';
import { kindOf } from './kind.ts';

/**
 * How large the arrays and objects of a call are. Each is measured once, however many comparisons ask: to be told what one
 * costs is not work that is counted (decisions/0006), and neither is a key count that tells two objects apart.
 */
type Size = {
  /** The value and everything inside it. */
  readonly nodes: number;
  /** The code units of all texts in it, keys aside. */
  readonly characters: number;
  /** Of what lies directly in it: arrays and objects, and the code units of texts. */
  readonly containers: number;
  readonly texts: number;
};

const keyCounts = new WeakMap<object, number>();
const sizes = new WeakMap<object, Size>();

export function keyCount(object: JsonObject): number {
  const known = keyCounts.get(object);
  if (known !== undefined) return known;
  const count = Object.keys(object).length;
  keyCounts.set(object, count);
  return count;
}

type Container = JsonArray | JsonObject;

export function isContainer(value: Json): value is Container {
  const kind = kindOf(value);
  return kind === 'array' || kind === 'object';
}

/** Of an array or object. */
export function sizeOf(container: Container): Size {
  const known = sizes.get(container);
  if (known !== undefined) return known;
  const size = { nodes: 1, characters: 0, containers: 0, texts: 0 };
  // What lies in JSON is JSON, which the compiler does not conclude of either.
  for (const inner of Object.values(container) as readonly Json[]) add(size, inner);
  sizes.set(container, size);
  return size;
}

function add(size: { -readonly [key in keyof Size]: number }, inner: Json): void {
  if (!isContainer(inner)) {
    const length = typeof inner === 'string' ? inner.length : 0;
    size.nodes += 1;
    size.characters += length;
    size.texts += length;
    return;
  }
  const { characters, nodes } = sizeOf(inner);
  size.nodes += nodes;
  size.characters += characters;
  size.containers += 1;
}
