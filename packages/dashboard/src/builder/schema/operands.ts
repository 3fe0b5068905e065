import { isJsonObject, type Json, jsonType, OPERATORS, type Operator } from '@boomgate/engine';

/** What a form asks for beside an operator (policy language §4). */
type Operand = 'any' | 'list' | 'number' | 'count' | 'text' | 'flag' | 'type' | 'texts';

export const OPERANDS = {
  eq: 'any',
  neq: 'any',
  in: 'list',
  not_in: 'list',
  lt: 'number',
  lte: 'number',
  gt: 'number',
  gte: 'number',
  contains: 'any',
  not_contains: 'any',
  regex: 'text',
  not_regex: 'text',
  glob: 'text',
  starts_with: 'text',
  ends_with: 'text',
  exists: 'flag',
  type: 'type',
  length_lt: 'count',
  length_lte: 'count',
  length_gt: 'count',
  length_gte: 'count',
  path_within: 'texts',
  host_in: 'texts',
  cidr_in: 'texts',
} as const satisfies Record<Operator, Operand>;

const EQUALITY = ['eq', 'neq', 'in', 'not_in'] as const;
const LENGTHS = ['length_lt', 'length_lte', 'length_gt', 'length_gte'] as const;
const TEXTS = ['contains', 'not_contains', 'starts_with', 'ends_with', 'glob', 'regex', 'not_regex'] as const;
const ALWAYS = ['exists', 'type'] as const;
const NUMBERS = ['gt', 'gte', 'lt', 'lte', ...EQUALITY, ...ALWAYS] as const;

/** Operators that can hold for a type, those that people want most first. */
const FITTING: Readonly<Record<string, readonly Operator[]>> = {
  number: NUMBERS,
  integer: NUMBERS,
  string: [...EQUALITY, ...TEXTS, 'path_within', 'host_in', 'cidr_in', ...LENGTHS, ...ALWAYS],
  boolean: ['eq', 'neq', ...ALWAYS],
  array: ['contains', 'not_contains', ...LENGTHS, 'eq', 'neq', ...ALWAYS],
  object: [...LENGTHS, 'eq', 'neq', ...ALWAYS],
};

/** Operators for a value of these types: those that can hold, and all others. */
export function operatorsFor(types: readonly string[]): {
  readonly fitting: readonly Operator[];
  readonly others: readonly Operator[];
} {
  const known = types.flatMap((type) => (Object.hasOwn(FITTING, type) ? (FITTING[type] ?? []) : []));
  const fitting = known.length === 0 ? OPERATORS : [...new Set(known)];
  return { fitting, others: OPERATORS.filter((op) => !fitting.includes(op)) };
}

const CASED: ReadonlySet<Operator> = new Set<Operator>([...EQUALITY, ...TEXTS, 'path_within']);

/** Whether `ignore_case` means something beside it. */
export function takesCase(op: Operator): boolean {
  return CASED.has(op);
}

type Kept = { readonly isTaken: (value: Json) => boolean; readonly from: (value: Json) => Json };

const isTextOrTexts = (value: Json): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));

const KEPT = {
  any: { isTaken: (value) => value !== null, from: () => '' },
  list: {
    isTaken: Array.isArray,
    from: (value) => (isJsonObject(value) || value === null || value === '' ? [] : [value]),
  },
  number: { isTaken: (value) => typeof value === 'number', from: (value) => numberIn(value) },
  count: { isTaken: (value) => Number.isInteger(value) && Number(value) >= 0, from: () => 1 },
  text: {
    isTaken: (value) => typeof value === 'string',
    from: (value) => (Array.isArray(value) ? textIn(value[0]) : textIn(value)),
  },
  flag: { isTaken: (value) => typeof value === 'boolean', from: () => true },
  type: { isTaken: () => false, from: () => 'string' },
  texts: { isTaken: isTextOrTexts, from: (value) => textIn(value) },
} satisfies Record<Operand, Kept>;

/** A value as another operator takes it: itself where it can be, else what is nearest to it. */
export function convert(value: Json, op: Operator): Json {
  const { from, isTaken }: Kept = KEPT[OPERANDS[op]];
  return isTaken(value) ? value : from(value);
}

/** What a new value of a type begins as. */
const EMPTY: Readonly<Record<string, Json>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: true,
  array: [],
  object: {},
};

type Asked = { readonly op: Operator; readonly value: Json };

/** How another argument of these types is asked about: by the same operator and value where both can hold for it. */
export function askedOf(types: readonly string[], { op, value }: Asked): Asked {
  const { fitting } = operatorsFor(types);
  const next = fitting.includes(op) ? op : (fitting[0] ?? op);
  const kept = convert(value, next);
  const own = jsonType(kept);
  const isOfType = types.length === 0 || types.some((type) => (type === 'integer' ? 'number' : type) === own);
  if (OPERANDS[next] !== 'any' || isOfType || CONTAINING.has(next)) return { op: next, value: kept };
  return { op: next, value: EMPTY[types[0] ?? ''] ?? kept };
}

/** What is looked for in a list is of another type than the list. */
const CONTAINING: ReadonlySet<Operator> = new Set<Operator>(['contains', 'not_contains']);

function numberIn(value: Json): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : 0;
}

function textIn(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
