/**
 * Calls for property tests, made of a seed: drawing them from the test library would take most of the time. What fails can be
 * had again with the seed.
 */
import type { Call, Json, JsonObject } from '../src/index.ts';
import { rawNumber } from '../src/json/raw-number.ts';
import {
  ADDRESSES,
  ALL_TEXTS,
  ARGUMENTS,
  BIG,
  KEYS,
  LAST_URLS,
  MORE_PATHS,
  MORE_URLS,
  PATHS,
  SCALARS,
  TEXTS,
  URLS,
} from './values.ts';

/** A source of numbers below `below`; the same seed gives the same ones. */
export type Pick = { below(count: number): number; of<Item>(items: readonly Item[]): Item };

export function picker(seed: number): Pick {
  let state = seed >>> 0;
  const below = (count: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  };
  // The index is below the length.
  return { below, of: (items) => items[below(items.length)] as (typeof items)[number] };
}

const KINDS: readonly ((pick: Pick, depth: number) => Json)[] = [
  (pick) => pick.of(SCALARS),
  (pick) => pick.of(SCALARS),
  (pick) => pick.of(pick.of(ALL_TEXTS)),
  (pick) => pick.of(pick.of(ALL_TEXTS)),
  (pick) => pick.of([null, true, false]),
  (pick) => rawNumber(pick.of(BIG)),
  (pick, depth) => Array.from({ length: pick.below(4) }, () => anyValue(pick, depth + 1)),
  (pick, depth) => members(pick, KEYS, depth + 1),
];

/** A value of any kind, as wrong as an agent can make it. */
export function anyValue(pick: Pick, depth = 0): Json {
  // The index is below the length.
  const make = KINDS[pick.below(depth > 2 ? KINDS.length - 2 : KINDS.length)] as (typeof KINDS)[number];
  return make(pick, depth);
}

function members(pick: Pick, names: readonly string[], depth: number): JsonObject {
  const entries = names.filter(() => pick.below(5) < 3).map((name) => [name, anyValue(pick, depth)] as const);
  return Object.fromEntries(
    pick.below(12) === 0 ? [...entries, ['__proto__', anyValue(pick, depth)]] : entries,
  );
}

const SCHEMAS: readonly JsonObject[] = [
  { type: 'object', properties: { a: {}, amount: { type: 'number' } }, required: ['a'] },
  { type: 'object', properties: { a: { type: 'string' }, b: {}, c: {}, list: {}, amount: {}, 'x y': {} } },
  { type: 'object', required: ['constructor', 'a'], additionalProperties: true },
  { type: 'object', properties: { constructor: {}, a: {}, b: {}, c: {} }, required: [] },
  { type: 'nothing' },
];
const TOOLS = [
  'send',
  'send_mail',
  'send_m',
  'get_x',
  'get_xx',
  'get',
  'gx',
  'a/b~c',
  'constructor',
  'x',
  '',
  '__proto__',
  '*',
];

/** What the rules of a policy ask of the arguments, by the name of the argument. */
type Wanted = ReadonlyMap<string, readonly Comparison[]>;
type Comparison = { readonly op: string; readonly value: Json };

export function wantedBy(document: Json, wanted = new Map<string, Comparison[]>()): Wanted {
  if (typeof document !== 'object' || document === null) return wanted;
  if ('op' in document) {
    // Documents hold comparisons with these three keys.
    const { path, op, value } = document as Comparison & { path: string };
    const name = /^args(?:\.|\[")([\w ]+)/.exec(path)?.[1] ?? '';
    wanted.set(name, [...(wanted.get(name) ?? []), { op, value }]);
  } else for (const inner of Object.values(document)) wantedBy(inner, wanted);
  return wanted;
}

/** Texts that an operator reads. */
const READ: Readonly<Record<string, readonly (readonly string[])[]>> = {
  path_within: [PATHS, MORE_PATHS],
  host_in: [URLS, MORE_URLS, LAST_URLS],
  cidr_in: [ADDRESSES],
};

/** What a comparison may hold for, or something that looks like it. */
const LOOKALIKES: readonly ((pick: Pick, value: Json) => Json)[] = [
  (_pick, value) => value,
  (pick, value) => (Array.isArray(value) && value.length > 0 ? (pick.of(value) as Json) : value), // forgotten by isArray
  (_pick, value) => String(value),
  (_pick, value) => String(value).toUpperCase(),
  (pick, value) => [value, anyValue(pick, 2)],
  (_pick, value) => [{ a: value }, { a: value }],
  (_pick, value) => ({ a: value }),
  (_pick, value) => Number(value) || 0,
  (pick, value) => `${pick.of(TEXTS)}${value}${pick.of(TEXTS)}`,
];

function lookalike(pick: Pick, { op, value }: Comparison): Json {
  const texts = READ[op];
  const base = texts === undefined ? value : pick.of(pick.of(texts));
  return pick.below(3) === 0 ? base : pick.of(LOOKALIKES)(pick, base);
}

function anyArgument(pick: Pick, wanted: readonly Comparison[] | undefined): Json {
  return wanted === undefined || pick.below(3) === 0 ? anyValue(pick) : lookalike(pick, pick.of(wanted));
}

/** A call with arguments of any kind, many of them lookalikes of what the rules want. */
export function anyCall(pick: Pick, wanted: Wanted): Call {
  const schema = pick.below(6) === 0 ? {} : { inputSchema: pick.of(SCHEMAS) };
  const kind = pick.below(2) === 0 ? {} : { class: pick.of(['a', 'A']), severity: 'a' };
  return {
    tool: { name: pick.of(TOOLS), annotations: members(pick, KEYS, 2), ...schema, ...kind },
    args: Object.fromEntries(
      ARGUMENTS.filter(() => pick.below(5) < 4).map((name) => [name, anyArgument(pick, wanted.get(name))]),
    ),
    grant: { id: pick.of(['g', 'g:1']), name: pick.of(TEXTS), labels: members(pick, KEYS, 2) },
    server: { id: pick.of(['s', 's1']), name: pick.of(TEXTS) },
    organization: pick.of(['o', '1:o']),
    session: pick.of(['g', 'session']),
    client: pick.below(2) === 0 ? {} : { name: pick.of(TEXTS), version: '1' },
    nowMs: Date.UTC(2026, 0, 1) + pick.below(4_000_000) * 10_000,
  };
}
