import { canonicalJson } from '../../json/canonical.ts';
import type { Json } from '../../json/json.ts';
import type { Comparison, Operator } from '../../policy.ts';
import { CANDIDATES_MAX, LENGTH_MAX, LISTED_MAX } from '../bounds.ts';
import { NOTHING, type Value } from '../proof/values.ts';
import { samplePattern } from './sample-pattern.ts';

/** An empty list, at a path with `[*]`. */
export const EMPTY: unique symbol = Symbol('empty');
export type Candidate = Value | typeof EMPTY;

/** Values to try at one path: on and beside the edges of every comparison, and some of every type. */
export function candidatesFor(
  comparisons: readonly Comparison[],
  { first, last }: { readonly first: readonly Candidate[]; readonly last: readonly Json[] },
): readonly Candidate[] {
  const own = [...first, ...comparisons.flatMap(ofComparison)];
  const more = [...joinedTexts(comparisons), ...midpoints([...own, ...last])];
  return distinct([...own, ...last, ...more, ...OF_EVERY_TYPE]).slice(0, CANDIDATES_MAX);
}

const OF_EVERY_TYPE: readonly Candidate[] = [
  'x',
  1,
  NOTHING,
  0,
  true,
  false,
  '',
  'a b',
  -1,
  0.5,
  [],
  ['x'],
  {},
  { x: 1 },
  null,
  EMPTY,
];

function distinct(values: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = typeof value === 'symbol' ? String(value) : canonicalJson(value);
    return !seen.has(key) && seen.add(key);
  });
}

function ofComparison(comparison: Comparison): readonly Json[] {
  return MAKE[comparison.op](comparison.value);
}

type Make = (operand: Json) => readonly Json[];

const equal: Make = (operand) => listed(operand).flatMap((one) => [one, ...lookalikes(one), ...besides(one)]);
const ordered: Make = (operand) =>
  typeof operand === 'number' ? [operand, operand + 1, operand - 1, operand + 0.5] : [];
const text =
  (make: (operand: string) => readonly Json[]): Make =>
  (operand) =>
    typeof operand === 'string' ? make(operand) : [];
const contained: Make = (operand) => [
  ...text((one) => [one, `x${one}x`])(operand),
  [operand],
  ...(typeof operand === 'string' ? [[`${operand}x`]] : []),
];
const matched = text((pattern) => [0, 1, 2, 3, 4, 5].map((variant) => samplePattern(pattern, variant)));
const measured: Make = (operand) => {
  const length = Number(operand);
  const around = [length, length + 1, length - 1].filter((one) => one >= 0 && one <= LENGTH_MAX);
  return around.flatMap((one) => ['x'.repeat(one), Array.from({ length: one }, () => 'x')]);
};

const MAKE = {
  eq: (operand) => equal([operand]),
  neq: (operand) => equal([operand]),
  in: equal,
  not_in: equal,
  lt: ordered,
  lte: ordered,
  gt: ordered,
  gte: ordered,
  contains: contained,
  not_contains: contained,
  regex: matched,
  not_regex: matched,
  glob: text((pattern) => ['', 'x', 'x/y'].map((filling) => pattern.replaceAll('*', filling))),
  starts_with: text((start) => [start, `${start}x`, start.toUpperCase()]),
  ends_with: text((end) => [end, `x${end}`, end.toUpperCase()]),
  exists: () => [],
  type: () => ['x', 1, 1.5, true, ['x'], { x: 1 }],
  length_lt: measured,
  length_lte: measured,
  length_gt: measured,
  length_gte: measured,
  path_within: (operand) => [
    ...listed(operand).flatMap((folder) => [
      `${String(folder).replace(/\/$/, '')}/file`,
      folder,
      `${folder}2/file`,
    ]),
    '/elsewhere/file',
    '/',
  ],
  host_in: (operand) => [
    ...listed(operand).map((host) => `https://${String(host).replace(/^\*/, 'any')}/`),
    ...listed(operand).map((host) => `https://sub.${String(host).replace(/^\*\./, '')}/`),
    'https://elsewhere.test/',
  ],
  cidr_in: (operand) => [
    ...listed(operand).flatMap(addresses),
    '203.0.113.9',
    '2001:db8::9',
    '10.0.0.1',
    '127.0.0.1',
  ],
} satisfies Record<Operator, Make>;

function listed(operand: Json): readonly Json[] {
  // `Array.isArray` forgets that the elements are JSON.
  return Array.isArray(operand) ? (operand as readonly Json[]).slice(0, LISTED_MAX) : [operand];
}

/** Other types that print the same. */
function lookalikes(value: Json): readonly Json[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (typeof value !== 'string') return [];
  return value.trim() !== '' && Number.isFinite(Number(value)) ? [Number(value)] : [value.toUpperCase()];
}

function besides(value: Json): readonly Json[] {
  if (typeof value === 'number') return [value + 1];
  return typeof value === 'string' ? [`${value}x`] : [];
}

/** The first address of a range, and those beside it in the last place. */
function addresses(range: Json): readonly Json[] {
  const [address = ''] = String(range).split('/');
  const last = /\d+$/.exec(address)?.[0];
  if (last === undefined || address.includes(':')) return [address];
  const start = address.slice(0, -last.length);
  return [
    address,
    ...[Number(last) + 1, Number(last) - 1].filter((one) => one >= 0 && one < 256).map((one) => start + one),
  ];
}

/** Texts that begin, contain and end as several comparisons ask together. */
function joinedTexts(comparisons: readonly Comparison[]): readonly Json[] {
  const of = (...ops: readonly Operator[]): readonly string[] => [
    '',
    ...comparisons.flatMap(({ op, value }) => (ops.includes(op) && typeof value === 'string' ? [value] : [])),
  ];
  const starts = [...of('starts_with'), ...of('glob').map((one) => one.split('*')[0] ?? '')];
  const middles = of('contains', 'not_contains');
  const ends = [...of('ends_with'), ...of('glob').map((one) => one.split('*').at(-1) ?? '')];
  if (starts.length + middles.length + ends.length > LISTED_MAX) return [];
  return starts
    .flatMap((start) => middles.flatMap((middle) => ends.map((end) => start + middle + end)))
    .slice(0, CANDIDATES_MAX / 4);
}

/** Between two edges there may be what neither of them is. */
function midpoints(values: readonly Candidate[]): readonly Json[] {
  const numbers = values.filter((value) => typeof value === 'number').toSorted((one, other) => one - other);
  return numbers.slice(1).map((number, index) => (number + (numbers[index] ?? number)) / 2);
}
