import type { Json, JsonObject } from '../json/json.ts';
import type { Segment } from '../policy.ts';
import { kindOf } from './kind.ts';

/** Nothing is there. An explicit null at the end of a path is found as null; on the way it makes what follows absent. */
export const ABSENT: unique symbol = Symbol('absent');
/** The path enters something that has no such inside, such as a member of a string: not even `exists` can tell. */
export const UNREACHABLE: unique symbol = Symbol('unreachable');

/** What a path leads to. Besides JSON it may be anything that a caller wrongly put there; see `kindOf`. */
export type Found = Json | typeof ABSENT | typeof UNREACHABLE;

/** Follows the segments of a path without `[*]` from its root, over own properties only. */
export function compileSegments(segments: readonly Segment[]): (root: Json) => Found {
  const [only, ...more] = segments;
  if (only?.kind === 'name' && more.length === 0) {
    return compileMember(intern(only.name));
  }
  const steps = segments.map((one) => (one.kind === 'name' ? { ...one, name: intern(one.name) } : one));
  return (root) => {
    let found: Found = root;
    for (const segment of steps) {
      if (typeof found === 'symbol') return found;
      found = enter(found, segment);
    }
    return found;
  };
}

/** The same text as engines keep it for property names: looking up a text cut out of a document is several times slower. */
function intern(name: string): string {
  return Object.keys({ [name]: true })[0] ?? name;
}

/** Names that every object inherits; only for these does a value under a name not tell that it is the object's own. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** One member by a name known beforehand, which is most of what paths do. */
function compileMember(name: string): (root: Json) => Found {
  if (INHERITED.has(name) || name === 'rawJSON') return (root) => member(root, name);
  return (root) => {
    if (typeof root !== 'object' || root === null || Array.isArray(root)) return member(root, name);
    // Neither null nor an array, which the compiler does not conclude. JSON has no undefined: it stands for what needs a closer look.
    const value: Json | undefined = (root as JsonObject)[name];
    return value === undefined ? member(root, name) : value;
  };
}

function enter(value: Json, segment: Segment): Found {
  if (segment.kind === 'name') return member(value, segment.name);
  if (segment.kind === 'index') return element(value, segment.index);
  return UNREACHABLE;
}

function member(value: Json, name: string): Found {
  if (value === null) return ABSENT;
  if (typeof value !== 'object' || Array.isArray(value)) return UNREACHABLE;
  // Neither null nor an array, which the compiler cannot see; a number kept as text has one property only.
  if (name !== 'rawJSON' && Object.hasOwn(value, name)) return (value as JsonObject)[name] as Json;
  return memberOfDoubtful(value as JsonObject, name);
}

/** The rare cases: a name that is not there, or that numbers kept as text have. */
function memberOfDoubtful(value: JsonObject, name: string): Found {
  if (kindOf(value) !== 'object') return UNREACHABLE;
  // An own property of a JSON object is JSON.
  return Object.hasOwn(value, name) ? (value[name] as Json) : ABSENT;
}

function element(value: Json, index: number): Found {
  if (value === null) return ABSENT;
  if (!Array.isArray(value)) return UNREACHABLE;
  // A hole has no own property and is absent; `Array.isArray` forgets the element type.
  return Object.hasOwn(value, index) ? (value[index] as Json) : ABSENT;
}
