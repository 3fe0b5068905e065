import { fold } from '../../conditions/fold.ts';
import { canonicalJson } from '../../json/canonical.ts';
import type { Json } from '../../json/json.ts';
import type { Comparison, Operator } from '../../policy.ts';
import { isMeant, type Literal } from './formula.ts';
import { type TextSet, textSetOf } from './text-set.ts';
import type { Values } from './values.ts';

/** Kinds of values of which there are too many to try them all. */
export const WIDE_KINDS = ['string', 'number', 'array', 'object'] as const;
export type WideKind = (typeof WIDE_KINDS)[number];

/**
 * Of which values of one kind a literal holds. `points`: of none but these, or of all but these, as far as the literal says so
 * of each. `span`: of numbers or lengths between two ends. `texts`: of the texts in a set, or of those that are not.
 */
export type Part =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'points'; readonly among: readonly Json[]; readonly isWithin: boolean }
  | Span
  | { readonly kind: 'texts'; readonly set: TextSet; readonly isWithin: boolean }
  | { readonly kind: 'unknown' };

type Span = { readonly kind: 'span'; readonly from: End; readonly to: End };
/** An open end does not belong to the span. */
type End = { readonly at: number; readonly isOpen: boolean };

const POSITIVE: Partial<Record<Operator, Operator>> = {
  neq: 'eq',
  not_in: 'in',
  not_contains: 'contains',
  not_regex: 'regex',
};

/** Whether it holds of what the operator, or the one that it negates, is true of; else of the rest. */
function holdsWithin({ comparison, wanted }: Literal): boolean {
  return (wanted === 'not_false') === (POSITIVE[comparison.op] === undefined);
}

/** Equal for literals that say the same of every value that is there. */
export function presentKey(literal: Literal): string {
  const { op, value, ignoreCase } = literal.comparison;
  return canonicalJson([holdsWithin(literal), POSITIVE[op] ?? op, value, ignoreCase]);
}

/** What a literal says of values of one kind. */
export function partOf(literal: Literal, kind: WideKind, values: Values): Part {
  const { comparison, wanted } = literal;
  const isWithin = holdsWithin(literal);
  const { op } = comparison;
  if (op === 'eq' || op === 'neq' || op === 'in' || op === 'not_in')
    return equalPart(literal, kind, isWithin) ?? sampled();
  if (op === 'lt' || op === 'lte' || op === 'gt' || op === 'gte')
    return kind === 'number' ? spanPart(comparison, isWithin) : sampled();
  if (op.startsWith('length_')) return kind === 'number' ? sampled() : spanPart(comparison, isWithin);
  if (op === 'type' && comparison.value === 'integer' && kind === 'number') return { kind: 'unknown' };
  if (kind === 'array' && (op === 'contains' || op === 'not_contains')) return { kind: 'unknown' };
  const set = textSetOf(comparison);
  if (kind === 'string' && set !== undefined && isReadable(comparison))
    return { kind: 'texts', set, isWithin };
  return sampled();

  /** Where the operator says the same of every value of the kind. */
  function sampled(): Part {
    const said = values.says(comparison, SAMPLES[kind]);
    if (said === 'unread') return { kind: 'unknown' };
    return { kind: isMeant(wanted, said) ? 'all' : 'none' };
  }
}

const SAMPLES = { string: 'a', number: 1, array: ['a'], object: { a: 1 } } as const satisfies Record<
  WideKind,
  Json
>;

/** Text operators with an operand that is no text say nothing of any text. */
function isReadable({ op, value }: Comparison): boolean {
  return typeof value === 'string' || op === 'path_within' || op === 'host_in' || op === 'cidr_in';
}

/** Equality with scalars has candidates; with lists and objects it is not looked into. Undefined where it says one thing of all. */
function equalPart({ comparison }: Literal, kind: WideKind, isWithin: boolean): Part | undefined {
  const { op, value } = comparison;
  const isList = op === 'in' || op === 'not_in';
  if (isList && !Array.isArray(value)) return undefined;
  // `Array.isArray` forgets that the elements are JSON.
  const list = isList ? (value as readonly Json[]) : [value];
  const hasInner = list.some((one) => typeof one === 'object' && one !== null);
  if (kind === 'array' || kind === 'object') return hasInner ? { kind: 'unknown' } : undefined;
  // A list or object among the operands makes every other scalar undetermined.
  if (hasInner && isWithin) return { kind: 'all' };
  const among = kind === 'string' ? textsAmong(list) : numbersAmong(list, comparison.ignoreCase);
  return { kind: 'points', among, isWithin };
}

/** Texts that equal an operand or print like it. */
function textsAmong(list: readonly Json[]): readonly Json[] {
  return list.filter((one) => typeof one !== 'object' || one === null).map(String);
}

function numbersAmong(list: readonly Json[], ignoreCase: boolean): readonly Json[] {
  return list.flatMap((one) => {
    if (typeof one === 'number') return [one];
    const read = typeof one === 'string' ? Number(ignoreCase ? fold(one) : one) : Number.NaN;
    return Number.isFinite(read) ? [read] : [];
  });
}

const ENDLESS = { at: Number.POSITIVE_INFINITY, isOpen: true } as const;
const BEGINLESS = { at: Number.NEGATIVE_INFINITY, isOpen: true } as const;

function spanPart({ op, value }: Comparison, isWithin: boolean): Part {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { kind: 'all' };
  const isLength = op.startsWith('length_');
  const isBelow = op.endsWith('lt') || op.endsWith('lte');
  const isEqualIn = op.endsWith('e');
  const goesDown = isBelow === isWithin;
  const end = { at: value, isOpen: isEqualIn !== isWithin };
  const whole = isLength ? wholeEnd(end, goesDown) : end;
  return goesDown ? { kind: 'span', from: BEGINLESS, to: whole } : { kind: 'span', from: whole, to: ENDLESS };
}

/** Lengths are whole numbers: below 5 is up to 4. */
function wholeEnd({ at, isOpen }: End, goesDown: boolean): End {
  if (!isOpen || !Number.isInteger(at)) return { at, isOpen };
  return { at: goesDown ? at - 1 : at + 1, isOpen: false };
}

/** Whether one span lies in the other. */
export function isSpanWithin(one: Span, other: Span): boolean {
  const startsLater =
    one.from.at > other.from.at || (one.from.at === other.from.at && (one.from.isOpen || !other.from.isOpen));
  const endsSooner =
    one.to.at < other.to.at || (one.to.at === other.to.at && (one.to.isOpen || !other.to.isOpen));
  return startsLater && endsSooner;
}
