/** The reference semantics of conditions and paths (policy language §4). */
import type { Call, Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Comparison, Condition, Path, Segment } from '../policy.ts';
import { ELEMENT } from '../work.ts';
import { all, judgePlace, NOT, type Place, some, UNREACHABLE } from './operators.ts';
import { isObject } from './values.ts';
import { type Left, takes } from './work.ts';

/** How what is said of several is joined: by `some`, or by `all` where every one must hold. */
export type Join = typeof all;
/** What a condition is judged in. */
export type Context = {
  readonly call: Call;
  readonly functions: EngineFunctions;
  readonly timeZone: string;
  readonly left: Left;
};

/** §4: Kleene's tables. What comes first is looked at first, and nothing after what decides. */
export function judge(condition: Condition, join: Join, context: Context): Truth {
  switch (condition.kind) {
    case 'not':
      return NOT[judge(condition.of, join, context)];
    case 'all':
      return all(condition.of, (inner) => judge(inner, join, context));
    case 'any':
      return some(condition.of, (inner) => judge(inner, join, context));
    case 'compare':
      return judgeBelow(rootOf(condition.path, context), condition.path.segments, {
        comparison: condition,
        join,
        context,
      });
  }
}

type Asked = { readonly comparison: Comparison; readonly join: Join; readonly context: Context };

/** §4: `[*]` joins what is said of the elements, by *some* or by *every*. */
function judgeBelow(place: Place, segments: readonly Segment[], asked: Asked): Truth {
  const { comparison, context, join } = asked;
  const each = segments.findIndex(({ kind }) => kind === 'each');
  if (each < 0) return judgePlace(follow(place, segments), comparison, context);
  const list = follow(place, segments.slice(0, each)) ?? undefined;
  if (list === undefined) return judgePlace(undefined, comparison, context);
  if (!Array.isArray(list) || !takes(context.left, list.length * ELEMENT)) return 'undetermined';
  // `Array.isArray` forgets that the elements are JSON.
  const elements = list as readonly Json[];
  return join(elements, (element) => judgeBelow(element, segments.slice(each + 1), asked));
}

/** §4: the place that a path without `[*]` leads to. Only own properties are followed. */
export function find(path: Path, context: Context): Place {
  return follow(rootOf(path, context), path.segments);
}

function rootOf({ root }: Path, { call, timeZone }: Context): JsonObject {
  // The records of a call hold JSON under keys that are there or not.
  return root === 'time' ? timeOf(call.nowMs, timeZone) : (call[root] as JsonObject);
}

function follow(place: Place, [segment, ...rest]: readonly Segment[]): Place {
  if (segment === undefined || place === UNREACHABLE) return place;
  if (place === undefined || place === null) return undefined;
  if (segment.kind === 'name')
    return isObject(place) ? follow(member(place, segment.name), rest) : UNREACHABLE;
  if (segment.kind === 'index' && Array.isArray(place)) return follow(place[segment.index], rest);
  return UNREACHABLE;
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
