/** Documents that differ a little from another one, as people edit them: made of a seed, like calls. */
import type { Json, JsonObject } from '../src/index.ts';
import { isJsonObject } from '../src/index.ts';
import type { Pick } from './arbitrary-call.ts';
import { NUMBERS, TEXTS } from './values.ts';

/** Operators with operands of the same sort. */
const ALIKE: readonly (readonly string[])[] = [
  ['eq', 'neq'],
  ['in', 'not_in'],
  ['lt', 'lte', 'gt', 'gte'],
  ['contains', 'not_contains', 'starts_with', 'ends_with', 'glob', 'eq', 'neq'],
  ['regex', 'not_regex'],
  ['length_lt', 'length_lte', 'length_gt', 'length_gte'],
];
const LISTS = ['deny_if', 'require', 'require_approval_if', 'limits', 'hide', 'allow', 'deny', 'any', 'all'];

/** The document with some of its parts changed, taken away or taken from another one; it may no longer parse. */
export function edited(document: JsonObject, other: JsonObject, pick: Pick): JsonObject {
  let changed: Json = document;
  for (let count = 1 + pick.below(3); count > 0; count -= 1) {
    const places = placesIn(changed);
    changed = editAt(changed, pick.of(places), { other, pick });
  }
  // Edits stay below the top.
  return changed as JsonObject;
}

type Place = readonly (string | number)[];

/** Places where there is something to edit: lists of rules, comparisons, limits, entries. */
function placesIn(value: Json, place: Place = []): readonly Place[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((one: Json, index) => placesIn(one, [...place, index]));
    return LISTS.includes(String(place.at(-1))) ? [place, ...inner] : inner;
  }
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => placesIn(one, [...place, key]));
  return [place, ...inner];
}

type Editing = { readonly other: JsonObject; readonly pick: Pick };

function editAt(value: Json, place: Place, editing: Editing): Json {
  const [key, ...rest] = place;
  if (key === undefined) return edit(value, editing);
  if (Array.isArray(value))
    return value.map((one: Json, index) => (index === key ? editAt(one, rest, editing) : one));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === key ? editAt(one, rest, editing) : one]),
  );
}

function edit(value: Json, { other, pick }: Editing): Json {
  if (Array.isArray(value)) return editList(value, pick);
  if (!isJsonObject(value)) return value;
  if ('op' in value) return editComparison(value, pick);
  if ('max' in value) return { ...value, max: pick.of([0, 1, 2, 3, 4]) };
  if ('concurrent' in value) return { ...value, concurrent: 1 + pick.below(3) };
  if ('version' in value) return editTop(value, other, pick);
  const names = Object.keys(value);
  const without = pick.of(names.length === 0 ? [''] : names);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== without));
}

function editList(list: readonly Json[], pick: Pick): Json {
  const at = pick.below(list.length + 1);
  const way = pick.below(3);
  if (way === 0) return list.filter((_, index) => index !== at);
  if (way === 1) return [...list].reverse();
  return [...list, ...list.slice(at, at + 1)];
}

function editComparison(comparison: JsonObject, pick: Pick): Json {
  const { op, value } = comparison;
  const alike = ALIKE.find((ops) => ops.includes(String(op)));
  if (pick.below(2) === 0 && alike !== undefined) return { ...comparison, op: pick.of(alike) };
  if (typeof value === 'number') return { ...comparison, value: value + pick.of([1, -1, 0.5]) };
  if (Array.isArray(value)) return { ...comparison, value: value.filter(() => pick.below(3) > 0) };
  if (typeof value === 'string')
    return { ...comparison, value: pick.of([value.slice(1), `${value}a`, pick.of(TEXTS)]) };
  return { ...comparison, value: pick.of([...NUMBERS.slice(0, 4), ...TEXTS]) };
}

const PARTS = ['default', 'hide', 'all_tools', 'tools', 'resources', 'prompts'];

/** Parts of another document, or none: what is not there allows or closes nothing. */
function editTop(document: JsonObject, other: JsonObject, pick: Pick): JsonObject {
  const part = pick.of(PARTS);
  const theirs = other[part];
  if (isJsonObject(theirs) && part === 'tools') {
    // Both have entries by name.
    return { ...document, tools: { ...(document['tools'] as JsonObject), ...theirs } };
  }
  const { [part]: _gone, ...rest } = document;
  return theirs === undefined ? { default: 'deny', ...rest } : { ...rest, [part]: theirs };
}
