/** The reference semantics of conditions and paths (policy language §4). */
import type { Call, Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Condition, Path, Segment } from '../policy.ts';
import { all, judgePlace, kindOf, NOT, type Place, some, UNREACHABLE } from './operators.ts';

/** How `[*]` joins what is said of the elements: `some`, or `all` where every one must hold. */
export type Join = (truths: readonly Truth[]) => Truth;
/** What a condition is judged in. */
export type Context = { readonly call: Call; readonly functions: EngineFunctions; readonly timeZone: string };

/** §4: Kleene's tables; `[*]` joins what is said of the elements, by *some* or by *every*. */
export function judge(condition: Condition, join: Join, context: Context): Truth {
  switch (condition.kind) {
    case 'not':
      return NOT[judge(condition.of, join, context)];
    case 'all':
      return all(condition.of.map((inner) => judge(inner, join, context)));
    case 'any':
      return some(condition.of.map((inner) => judge(inner, join, context)));
    case 'compare': {
      const places = find(condition.path, context);
      const truths = places.map((place) => judgePlace(place, condition, context.functions));
      return condition.path.segments.some(({ kind }) => kind === 'each') ? join(truths) : all(truths);
    }
  }
}

/** §4: the places that a path leads to: one, or with `[*]` one for each element. Only own properties are followed. */
export function find({ root, segments }: Path, { call, timeZone }: Context): readonly Place[] {
  // The records of a call hold JSON under keys that are there or not.
  return follow(root === 'time' ? timeOf(call.nowMs, timeZone) : (call[root] as JsonObject), segments);
}

function follow(place: Place, [segment, ...rest]: readonly Segment[]): readonly Place[] {
  if (segment === undefined || place === UNREACHABLE) return [place];
  if (place === undefined || place === null) return [undefined];
  if (segment.kind === 'name') {
    return follow(kindOf(place) === 'object' ? member(place, segment.name) : UNREACHABLE, rest);
  }
  if (!Array.isArray(place)) return [UNREACHABLE];
  if (segment.kind === 'index') return follow(place[segment.index], rest);
  return place.flatMap((element) => follow(element, rest));
}

export function member(value: Json | undefined, name: string): Json | undefined {
  // Only objects are asked for members.
  return Object.entries(value as JsonObject).find(([key]) => key === name)?.[1];
}

function timeOf(nowMs: number, timeZone: string): JsonObject {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [date = '', time = ''] = format.format(nowMs).split(' ');
  return { date, hour: Number(time.slice(0, 2)), weekday: new Date(`${date}T00:00Z`).getUTCDay() || 7 };
}
