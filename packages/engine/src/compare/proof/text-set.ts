import { contains, parseRange, type Range } from '../../conditions/address.ts';
import { fold } from '../../conditions/fold.ts';
import { compilePattern } from '../../conditions/index.ts';
import type { Comparison, Operator } from '../../policy.ts';
import type { Values } from './values.ts';

/** Texts that an operator is true of. */
export type TextSet = { readonly family: Family; readonly comparison: Comparison };
type Family = 'glob' | 'regex' | 'path' | 'host' | 'range';

const FAMILIES: Partial<Record<Operator, Family>> = {
  contains: 'glob',
  not_contains: 'glob',
  glob: 'glob',
  starts_with: 'glob',
  ends_with: 'glob',
  regex: 'regex',
  not_regex: 'regex',
  path_within: 'path',
  host_in: 'host',
  cidr_in: 'range',
};

/** Undefined for operators that have no set of texts. */
export function textSetOf(comparison: Comparison): TextSet | undefined {
  const family = FAMILIES[comparison.op];
  return family && { family, comparison };
}

/** Whether every text of one set is in the other. False where that is not certain. */
export function isTextSubset(one: TextSet, other: TextSet, values: Values): boolean {
  if (one.family !== other.family) return false;
  return SUBSET[one.family](one.comparison, other.comparison, values);
}

/** Whether no text is in both. False where that is not certain. */
export function areTextsDisjoint(one: TextSet, other: TextSet, values: Values): boolean {
  if (one.family !== other.family) return false;
  return DISJOINT[one.family](one.comparison, other.comparison, values);
}

type Relation = (one: Comparison, other: Comparison, values: Values) => boolean;

const SUBSET = {
  glob: (one, other) => {
    const ignoreCase = other.ignoreCase;
    if (one.ignoreCase && !ignoreCase) return false;
    const [inner, outer] = [globOf(one, ignoreCase), globOf(other, ignoreCase)];
    return inner !== undefined && outer !== undefined && isPatternSubset(inner, outer);
  },
  regex: (one, other) => one.value === other.value && one.ignoreCase === other.ignoreCase,
  path: (one, other, values) =>
    (other.ignoreCase || !one.ignoreCase) &&
    listOf(one).every((folder) => values.says(other, folder) === 'true'),
  host: (one, other, values) =>
    listOf(one).every((host) => {
      const url = urlOf(host, [one, other]);
      return url !== undefined && values.says(other, url) === 'true';
    }),
  range: (one, other) =>
    rangesOf(one).every((inner) => rangesOf(other).some((outer) => isRangeWithin(inner, outer))),
} satisfies Record<Family, Relation>;

const DISJOINT = {
  glob: (one, other) => {
    const ignoreCase = one.ignoreCase || other.ignoreCase;
    const [left, right] = [globOf(one, ignoreCase), globOf(other, ignoreCase)];
    return left !== undefined && right !== undefined && !canPatternsMeet(left, right);
  },
  regex: () => false,
  path: (one, other, values) => one.ignoreCase === other.ignoreCase && areApart([one, other], values, asIs),
  host: (one, other, values) => areApart([one, other], values, (host) => urlOf(host, [one, other])),
  range: (one, other) =>
    rangesOf(one).every((left) => rangesOf(other).every((right) => areRangesApart(left, right))),
} satisfies Record<Family, Relation>;

const asIs = (text: string): string => text;

/** Neither has an entry that lies in the other. */
function areApart(
  [one, other]: readonly [Comparison, Comparison],
  values: Values,
  example: (entry: string) => string | undefined,
): boolean {
  const isOutside = (entry: string, of: Comparison): boolean => {
    const text = example(entry);
    return text !== undefined && values.says(of, text) === 'false';
  };
  return (
    listOf(one).every((entry) => isOutside(entry, other)) &&
    listOf(other).every((entry) => isOutside(entry, one))
  );
}

/** Stands for what a `*` matches: it occurs in no pattern that is compared. */
const ANY = '\ue000';

/** Whether every name that one pattern matches is matched by the other. False where that is not certain. */
export function isPatternSubset(inner: string, outer: string): boolean {
  if (inner === outer) return true;
  if (inner.includes(ANY) || outer.includes(ANY)) return false;
  return compilePattern(outer)(inner.replaceAll('*', ANY));
}

/** Whether some name may be matched by both. True where that is not certain. */
export function canPatternsMeet(one: string, other: string): boolean {
  if (!one.includes('*')) return compilePattern(other)(one);
  if (!other.includes('*')) return compilePattern(one)(other);
  const [start, otherStart] = [one.slice(0, one.indexOf('*')), other.slice(0, other.indexOf('*'))];
  const [end, otherEnd] = [one.slice(one.lastIndexOf('*') + 1), other.slice(other.lastIndexOf('*') + 1)];
  return (
    (start.startsWith(otherStart) || otherStart.startsWith(start)) &&
    (end.endsWith(otherEnd) || otherEnd.endsWith(end))
  );
}

/** The pattern that a text operator stands for; undefined where a `*` in it stands for itself. */
function globOf({ op, value, ignoreCase }: Comparison, folded: boolean): string | undefined {
  if (typeof value !== 'string' || !value.isWellFormed()) return undefined;
  if (op !== 'glob' && value.includes('*')) return undefined;
  const text = folded || ignoreCase ? fold(value) : value;
  if (op === 'starts_with') return `${text}*`;
  if (op === 'ends_with') return `*${text}`;
  return op === 'glob' ? text : `*${text}*`;
}

function listOf({ value }: Comparison): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'string');
}

/** A label that is in none of the entries, so that only a pattern over names can match it. */
const LABEL = 'zq0';

/** A URL with the host of an entry, for `*.example.com` with one below it. */
function urlOf(host: string, lists: readonly Comparison[]): string | undefined {
  if (lists.some((one) => listOf(one).some((entry) => entry.toLowerCase().includes(LABEL)))) return undefined;
  if (host.startsWith('*.')) return `http://${LABEL}${host.slice(1)}/`;
  return host.includes(':') && !host.startsWith('[') ? `http://[${host}]/` : `http://${host}/`;
}

function rangesOf(comparison: Comparison): readonly Range[] {
  return listOf(comparison).flatMap((entry) => parseRange(entry) ?? []);
}

function isRangeWithin(inner: Range, outer: Range): boolean {
  return outer.prefix <= inner.prefix && contains(outer, { bits: inner.start, width: inner.width });
}

/** An IPv6 range may hold IPv4 addresses as they are written in IPv6, so only equal widths are compared. */
function areRangesApart(one: Range, other: Range): boolean {
  if (one.width !== other.width) return false;
  return (
    !contains(one, { bits: other.start, width: other.width }) &&
    !contains(other, { bits: one.start, width: one.width })
  );
}
