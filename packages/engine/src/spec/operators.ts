/** The reference semantics of the operators (policy language §4): what each says of one value, in the plainest words. */
import type { Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import { type Json, type JsonObject, jsonType } from '../json/json.ts';
import { rawNumberText } from '../json/raw-number.ts';
import type { Comparison, Operator } from '../policy.ts';
import { addressBits, hostOf, hostOfUrl, isInRange, stepsOf, stepsOfAll } from './texts.ts';
import { kindOf, listOf } from './values.ts';
import { type Left, takes, workOf } from './work.ts';

/** The path enters a value that has no such inside. */
export const UNREACHABLE: unique symbol = Symbol('unreachable');
/** Where a path leads; undefined where nothing is. */
export type Place = Json | undefined | typeof UNREACHABLE;

export const NOT = { true: 'false', false: 'true', undetermined: 'undetermined' } as const;

/** Kleene's *and* over what `say` makes of each item; not asked of those after the first *false*. */
export function all<Item>(items: readonly Item[], say: (item: Item) => Truth): Truth {
  let outcome: Truth = 'true';
  for (const item of items) {
    const one = say(item);
    if (one === 'false') return 'false';
    if (one === 'undetermined') outcome = one;
  }
  return outcome;
}

export function some<Item>(items: readonly Item[], say: (item: Item) => Truth): Truth {
  return NOT[all(items, (item) => NOT[say(item)])];
}

/** The digits of an integer that no double holds; undefined for everything else. */
export function bigInteger(value: Place): string | undefined {
  return /^-?\d+$/.exec(rawNumberText(value) ?? '')?.[0];
}

/** Whether a number that no double holds is an integer: its digits times a power of ten. */
function isBigInteger(value: Json): boolean {
  const [digits = '', exponent = 0] = (rawNumberText(value) ?? '0.5').toLowerCase().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const power = BigInt(exponent) - BigInt(fraction.length);
  return power >= 0n || BigInt(whole + fraction) % 10n ** -power === 0n;
}

type Doing = { readonly functions: EngineFunctions; readonly left: Left };

/** What a comparison says of the place that its path leads to; undetermined when it would take more work than is left. */
export function judgePlace(place: Place, comparison: Comparison, { functions, left }: Doing): Truth {
  const { op, value } = comparison;
  if (place === UNREACHABLE) return 'undetermined';
  if (place === null && op === 'type') return truth(value === 'null');
  if (place !== undefined && place !== null) {
    const isDone = takes(left, workOf(place, comparison, functions));
    return isDone ? SAYS[op](place, comparison, functions) : 'undetermined';
  }
  if (op === 'exists') return truth(value === false);
  return ['neq', 'not_in', 'not_contains', 'not_regex'].includes(op) ? 'undetermined' : 'false';
}

type Says = (value: Json, comparison: Comparison, functions: EngineFunctions) => Truth;

const SAYS: Record<Operator, Says> = {
  eq: (value, { value: operand, ignoreCase }) => equals(value, operand, ignoreCase),
  neq: (...asked) => NOT[SAYS.eq(...asked)],
  in: (value, { value: list, ignoreCase }) => some(listOf(list), (one) => equals(value, one, ignoreCase)),
  not_in: (...asked) => NOT[SAYS.in(...asked)],
  lt: onNumbers((value, operand) => value < operand),
  lte: onNumbers((value, operand) => value <= operand),
  gt: onNumbers((value, operand) => value > operand),
  gte: onNumbers((value, operand) => value >= operand),
  contains: (value, comparison, functions) =>
    Array.isArray(value)
      ? some(value, (one) => equals(one, comparison.value, comparison.ignoreCase))
      : onPattern((part) => literally(part))(value, comparison, functions),
  not_contains: (...asked) => NOT[SAYS.contains(...asked)],
  regex: (value, { value: pattern, ignoreCase }, functions) => {
    const regex = functions.regex(String(pattern), { ignoreCase });
    return typeof value === 'string' && regex.ok ? truth(regex.test(value)) : 'undetermined';
  },
  not_regex: (...asked) => NOT[SAYS.regex(...asked)],
  glob: onPattern((pattern) => `^${pattern.split('*').map(literally).join('[^]*')}$`),
  starts_with: onPattern((start) => `^${literally(start)}`),
  ends_with: onPattern((end) => `${literally(end)}$`),
  exists: (_value, { value: wanted }) => truth(wanted === true),
  type: (value, { value: type }) => {
    if (type === 'integer') return truth(Number.isInteger(value) || isBigInteger(value));
    return truth(type === (kindOf(value) === 'big' ? 'number' : jsonType(value)));
  },
  length_lt: onLength((length, operand) => length < operand),
  length_lte: onLength((length, operand) => length <= operand),
  length_gt: onLength((length, operand) => length > operand),
  length_gte: onLength((length, operand) => length >= operand),
  path_within: (path, { value: list, ignoreCase }) => {
    const readings = typeof path === 'string' ? stepsOfAll(path) : undefined;
    const folders = listOf(list).map((folder) => stepsOf(String(folder)) ?? []);
    if (readings === undefined) return 'undetermined';
    const isWithin = readings.map((steps) =>
      folders.some((folder) => folder.every((step, at) => same(step, steps[at], ignoreCase))),
    );
    return isWithin[0] === isWithin[1] ? truth(isWithin[0] === true) : 'undetermined';
  },
  host_in: onTexts((url, entry) => {
    const host = hostOfUrl(url);
    if (host === undefined) return undefined;
    return entry.startsWith('*.') ? host.endsWith(`.${hostOf(entry.slice(2))}`) : host === hostOf(entry);
  }),
  cidr_in: onTexts((text, range) => {
    const bits = addressBits(text);
    return bits === undefined ? undefined : isInRange(text, bits, range);
  }),
};

/** Equality of JSON values; unclear where a server that coerces might see it otherwise. */
function equals(one: Json, other: Json, ignoreCase: boolean): Truth {
  const kinds = [kindOf(one), kindOf(other)];
  if (kinds.includes('big')) return 'undetermined';
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return 'false';
    return all([...one.keys()], (at) => equals(one[at], other[at], ignoreCase));
  }
  if (kinds[0] === 'object' && kinds[1] === 'object') {
    // Both kinds were just seen to be objects.
    const [left, right] = [one as JsonObject, other as JsonObject];
    if (!same(Object.keys(left).sort().join('\0'), Object.keys(right).sort().join('\0'), false))
      return 'false';
    return all(Object.entries(left), ([key, value]) => equals(value, right[key] ?? null, ignoreCase));
  }
  if (kinds.includes('array') || kinds.includes('object')) return 'undetermined';
  if (!same(String(one), String(other), ignoreCase)) return 'false';
  return kinds[0] === kinds[1] ? 'true' : 'undetermined';
}

/** Unicode's simple folding is what the flags `iu` of a regular expression compare by. */
function same(one: string, other: string | undefined, ignoreCase: boolean): boolean {
  if (!ignoreCase || other === undefined) return one === other;
  return new RegExp(`^${literally(one)}$`, 'iu').test(other);
}

function literally(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
}

function truth(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}

function onNumbers(holds: (value: number, operand: number) => boolean): Says {
  return (value, { value: operand }) =>
    typeof value === 'number' ? truth(holds(value, Number(operand))) : 'undetermined';
}

function onLength(holds: (length: number, operand: number) => boolean): Says {
  return (value, { value: operand }) => {
    if (typeof value === 'string') return truth(holds([...value].length, Number(operand)));
    if (Array.isArray(value)) return truth(holds(value.length, Number(operand)));
    return kindOf(value) === 'object'
      ? truth(holds(Object.keys(value ?? {}).length, Number(operand)))
      : 'undetermined';
  };
}

/** Text operators, as the regular expression that each stands for. */
function onPattern(sourceOf: (operand: string) => string): Says {
  return (value, { value: operand, ignoreCase }) => {
    if (typeof value !== 'string' || typeof operand !== 'string') return 'undetermined';
    return truth(new RegExp(sourceOf(operand), ignoreCase ? 'iu' : 'u').test(value));
  };
}

/** Whether some entry of a list holds for a text; undefined, false or empty text: not, or not to be read. */
function onTexts(holds: (text: string, entry: string) => boolean | '' | undefined): Says {
  return (value, { value: list }) => {
    if (typeof value !== 'string') return 'undetermined';
    const answers = listOf(list).map((entry) => holds(value, String(entry)));
    if (answers.includes(undefined)) return 'undetermined';
    return truth(answers.includes(true));
  };
}
