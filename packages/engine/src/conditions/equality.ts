import type { Truth } from '../decide/decision.ts';
import type { Json, JsonArray, JsonObject } from '../json/json.ts';
import { fold } from './fold.ts';
import { type Kind, kindOf } from './kind.ts';
import { keyCount } from './size.ts';
import { every, some, truth } from './truth.ts';

/** Compares with values that were given once. */
type EqualsSome = (value: Json) => Truth;

type Comparing = { readonly ignoreCase: boolean };

/**
 * Whether a value equals one of `operands`: *undetermined* where an upstream that coerces may see it otherwise
 * (policy language §4). Scalars are looked up, so that ten thousand of them cost no more than one.
 */
export function compileEqualsSome(operands: readonly Json[], comparing: Comparing): EqualsSome {
  const equals = compileEqualsMany(operands, comparing);
  if (!operands.every((operand) => typeof operand === 'string')) return equals;
  const wanted = operands.map((operand) => normal(operand, comparing));
  if (wanted.length > FEW) return equals;
  // Texts are compared with few texts most: those are faster tried than looked up, and nothing else prints like them.
  return (value) => {
    if (typeof value !== 'string') return equals(value);
    const text = normal(value, comparing);
    for (let index = 0; index < wanted.length; index += 1) if (wanted[index] === text) return 'true';
    return 'false';
  };
}

/** Up to so many texts are compared with one after the other. */
const FEW = 8;

function compileEqualsMany(operands: readonly Json[], comparing: Comparing): EqualsSome {
  const lists = operands.filter((operand) => !isScalar(operand));
  const exact = new Set<Json>();
  const printed = new Map<string, Set<Kind>>();
  for (const operand of operands.filter(isScalar)) {
    exact.add(normal(operand, comparing));
    const text = print(operand, comparing);
    printed.set(text, (printed.get(text) ?? new Set()).add(kindOf(operand)));
  }
  const scalarTruth = (value: Json): Truth => {
    if (exact.has(normal(value, comparing))) return 'true';
    return lists.length > 0 || printed.has(print(value, comparing)) ? 'undetermined' : 'false';
  };
  const hasScalars = exact.size > 0;
  return (value) => {
    if (isScalar(value)) return scalarTruth(value);
    const outcome = some(lists, (operand) => deepEquals(value, operand, comparing));
    return outcome === 'false' && hasScalars ? 'undetermined' : outcome;
  };
}

function deepEquals(one: Json, other: Json, comparing: Comparing): Truth {
  const kind = kindOf(one);
  if (kind !== kindOf(other)) return differingKinds(one, other, comparing);
  if (kind === 'big' || kind === 'foreign') return 'undetermined';
  // The casts repeat what the equal kinds just established.
  if (kind === 'array') return arraysEqual(one as JsonArray, other as JsonArray, comparing);
  if (kind === 'object') return objectsEqual(one as JsonObject, other as JsonObject, comparing);
  return truth(normal(one, comparing) === normal(other, comparing));
}

function differingKinds(one: Json, other: Json, comparing: Comparing): Truth {
  if (!isScalar(one) || !isScalar(other)) return 'undetermined';
  return print(one, comparing) === print(other, comparing) ? 'undetermined' : 'false';
}

function arraysEqual(one: JsonArray, other: JsonArray, comparing: Comparing): Truth {
  if (one.length !== other.length) return 'false';
  // Both arrays are equally long, so the element is there.
  return every([...one.keys()], (index) => deepEquals(one[index] as Json, other[index] as Json, comparing));
}

function objectsEqual(one: JsonObject, other: JsonObject, comparing: Comparing): Truth {
  // The operand's keys, of which the policy has as many as it pays for; those of a call may be all that a request can hold.
  const keys = Object.keys(other);
  if (keys.length !== keyCount(one)) return 'false';
  if (!keys.every((key) => Object.hasOwn(one, key))) return 'false';
  // Both have the key, as the line above saw.
  return every(keys, (key) => deepEquals(one[key] as Json, other[key] as Json, comparing));
}

function isScalar(value: Json): boolean {
  const kind = kindOf(value);
  return kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'null';
}

function normal(value: Json, { ignoreCase }: Comparing): Json {
  return ignoreCase && typeof value === 'string' ? fold(value) : value;
}

function print(value: Json, comparing: Comparing): string {
  return String(normal(value, comparing));
}
