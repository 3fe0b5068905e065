import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';
import { counterText, printPath } from '../parse/index.ts';
import * as places from '../parse/place.ts';
import { readCondition } from './intercept-conditions.ts';
import type { Notes } from './notes.ts';

type Place = places.Place;
type Target = { readonly tool: string | undefined; readonly notes: Notes };

/** Limits of one rule, and the pointers of the conditions that went into them. */
export type Limits = { readonly limits: readonly JsonObject[]; readonly skip: ReadonlySet<string> };

const NONE: Limits = { limits: [], skip: new Set() };
const WINDOWS = ['minute', 'hour', 'day'] as const;

/** `rate_limit: 5/hour`. */
export function rateLimit(place: Place | undefined, target: Target): Limits {
  const [, count, window] = matchText(place, /^(\d{1,9})\/(minute|hour|day)$/);
  if (place === undefined) return NONE;
  if (count === undefined || window === undefined) return refuse(place, '5/hour (minute, hour or day)');
  return {
    limits: [limit(target, { name: `_rate_${window}`, window, max: Number(count) })],
    skip: new Set(),
  };
}

/** `spend_limit: $500/day`. It does not say which argument is summed. */
export function spendLimit(place: Place | undefined, target: Target): Limits {
  const [, amount, window] = matchText(place, /^\$?(\d{1,9}(?:\.\d{1,6})?)\/(minute|hour|day)$/);
  if (place === undefined) return NONE;
  if (amount === undefined || window === undefined) return refuse(place, '$500/day');
  target.notes.add(
    '"spend_limit" does not say what it sums: args.amount was taken, in the unit that the tool uses; a call without that number is refused',
    place.pointer,
  );
  const sum = limit(target, {
    name: `_spend_${window}`,
    window,
    max: Number(amount),
    extra: { increment_from: 'args.amount' },
  });
  return { limits: [sum], skip: new Set() };
}

function matchText(place: Place | undefined, expression: RegExp): readonly (string | undefined)[] {
  return (typeof place?.value === 'string' && expression.exec(place.value)) || [];
}

function refuse(place: Place, example: string): Limits {
  const isObject = typeof place.value === 'object';
  const mend = isObject ? '; a policy with such blocks needs no translation, save it as it is' : '';
  places.report(place, 'bad_value', `expected a limit such as ${example}${mend}`);
  return NONE;
}

/** A `state` block. Its ceiling is the first lt or lte condition on its own counter. */
export function stateLimit(state: Place | undefined, conditions: Place | undefined, target: Target): Limits {
  const of = state && places.fields(state, ['counter', 'window', 'increment', 'increment_from'], '"state"');
  if (of === undefined) return NONE;
  const counter = places.text(places.required(of, 'counter', 'name the counter'), '"counter"');
  const window = places.oneOf(places.required(of, 'window', 'minute, hour or day'), WINDOWS, '"window"');
  if (counter === undefined || window === undefined) return NONE;
  const path = `state.${target.tool ?? '_global'}.${counter}`;
  const ceilings = readCeilings(conditions, path);
  if (ceilings.length === 0) {
    target.notes.add(
      'a "state" block without a ceiling (lt or lte on its own counter) never counted in Intercept and was left out',
      of.place.pointer,
    );
    return NONE;
  }
  if (ceilings.length > 1) {
    target.notes.add(
      'Intercept took the first of several ceilings of one counter; here the lowest holds',
      of.place.pointer,
    );
  }
  const max = Math.max(0, Math.min(...ceilings.map((ceiling) => ceiling.max)));
  const own = limit(target, {
    name: counter,
    window,
    max,
    extra: readStep(of.get('increment'), of.get('increment_from'), target.notes),
  });
  return { limits: [own], skip: new Set(ceilings.map((ceiling) => ceiling.pointer)) };
}

type Ceiling = { readonly max: number; readonly pointer: string };

/** Counters hold whole numbers, so that `lt N` is `lte N − 1`. */
function readCeilings(conditions: Place | undefined, path: string): readonly Ceiling[] {
  return places.elements(conditions, '"conditions"', Number.MAX_SAFE_INTEGER).flatMap((item): Ceiling[] => {
    const condition = isCeilingOf(item, path) ? readCondition(item) : undefined;
    if (condition === undefined) return [];
    const bound = condition.value.value;
    if (typeof bound !== 'number') return [];
    return [
      { max: condition.op === 'lte' ? Math.floor(bound) : Math.ceil(bound) - 1, pointer: item.pointer },
    ];
  });
}

/** Looked at before anything is reported, as the other conditions are read elsewhere. */
function isCeilingOf({ value }: Place, path: string): boolean {
  if (!isJsonObject(value)) return false;
  return value['path'] === path && (value['op'] === 'lt' || value['op'] === 'lte');
}

function readStep(increment: Place | undefined, from: Place | undefined, notes: Notes): JsonObject {
  if (from !== undefined) {
    const [root, ...names] = (places.text(from, '"increment_from"') ?? '').split('.');
    if (root !== 'args' || names.length === 0 || names.includes('')) {
      places.report(from, 'bad_path', 'expected a path such as args.amount for "increment_from"');
      return {};
    }
    notes.add(
      'Intercept cut the decimals off a number that it summed; here amounts are exact to six decimals',
      from.pointer,
    );
    return {
      increment_from: printPath(
        'args',
        names.map((name) => ({ kind: 'name', name })),
      ),
    };
  }
  const step =
    increment && places.integer(increment, '"increment"', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (step === 0 && increment !== undefined) {
    places.report(
      increment,
      'bad_value',
      'a limit with "increment": 0 never counts; remove the rule or count by 1',
    );
  }
  return step === undefined || step === 1 ? {} : { increment: step };
}

type Shape = {
  readonly name: string;
  readonly window: string;
  readonly max: number;
  readonly extra?: JsonObject;
};

/** Intercept counts for all agents of a process together, in windows of UTC; the counter belongs to its tool. */
function limit({ tool, notes }: Target, { name, window, max, extra }: Shape): JsonObject {
  notes.add(
    'Intercept counts for all agents together, so limits have "scope": "server"; write "grant" to count each grant alone',
    '',
  );
  const counter = counterText(`${tool ?? '_global'}.${name}`);
  return { counter, window, max, scope: 'server', reset: 'calendar', ...(extra ?? {}) } satisfies Record<
    string,
    Json
  >;
}
