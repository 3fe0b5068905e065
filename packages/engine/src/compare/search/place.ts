import type { Call } from '../../decide/decision.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../../json/json.ts';
import type { Path, Segment } from '../../policy.ts';
import { NOTHING } from '../proof/values.ts';
import { type Candidate, EMPTY } from './candidates.ts';

/** A list is not made longer than this to put something at one of its places. */
const INDEX_MAX = 1_000;

/** A value for each path that matters; what `time.*` is, comes from the moment. */
export type Assignment = {
  readonly values: ReadonlyMap<string, { readonly path: Path; readonly value: Candidate }>;
  readonly nowMs: number | undefined;
};

/** A call with these values at these paths. Values inside others come after them, so that both may be there. */
export function placeAll(call: Call, { values, nowMs }: Assignment): Call {
  const placed = [...values.values()]
    .toSorted((one, other) => one.path.segments.length - other.path.segments.length)
    .reduce((made, { path, value }) => place(made, path, value), call);
  return nowMs === undefined ? placed : { ...placed, nowMs };
}

function place(call: Call, { root, segments }: Path, value: Candidate): Call {
  if (root === 'time') return call;
  // The records of a call hold JSON under keys that are there or not.
  const before = call[root] as JsonObject;
  return { ...call, [root]: put(before, segments, value) ?? {} };
}

function put(inside: Json | undefined, segments: readonly Segment[], value: Candidate): Json | undefined {
  const [first, ...rest] = segments;
  if (first === undefined) return typeof value === 'symbol' ? undefined : value;
  if (first.kind === 'name')
    return putMember(isJsonObject(inside) ? inside : {}, { name: first.name, rest, value });
  const list: readonly Json[] = Array.isArray(inside) ? inside : [];
  if (first.kind === 'index') return putElement(list, { index: first.index, rest, value });
  if (value === EMPTY) return [];
  if (value === NOTHING) return inside;
  const filled = list.length > 0 ? list : [null];
  return filled.map((element) => put(element, rest, value) ?? null);
}

type Putting = { readonly rest: readonly Segment[]; readonly value: Candidate };

function putMember(
  object: JsonObject,
  { name, rest, value }: Putting & { readonly name: string },
): JsonObject {
  const member = put(ownProperty(object, name), rest, value);
  if (member !== undefined) return { ...object, [name]: member };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function putElement(
  list: readonly Json[],
  { index, rest, value }: Putting & { readonly index: number },
): Json {
  if (index > INDEX_MAX) return list;
  const element = put(list[index], rest, value);
  if (element === undefined && index >= list.length) return list;
  const filled = Array.from({ length: Math.max(list.length, index + 1) }, (_, at) => list[at] ?? null);
  return filled.with(index, element ?? null);
}
