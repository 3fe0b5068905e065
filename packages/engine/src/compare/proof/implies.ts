import { rawNumber } from '../../json/raw-number.ts';
import type { Operator } from '../../policy.ts';
import { hasEach, type Literal } from './formula.ts';
import { isSpanWithin, type Part, partOf, presentKey, WIDE_KINDS, type WideKind } from './part.ts';
import { areTextsDisjoint, isTextSubset } from './text-set.ts';
import { NOTHING, type Value, type Values } from './values.ts';

/** Every value of the kinds that have few, or that operators do not tell apart. */
const FEW: readonly Value[] = [
  NOTHING,
  null,
  true,
  false,
  rawNumber('12345678901234567890'),
  rawNumber('-1e500'),
];

/**
 * Whether one literal holds of every value that another one holds of, whatever the value is. False where that is not certain.
 * What an operator cannot take, and what a path cannot reach, is undetermined, of which all literals of triggers hold.
 */
export function implies(one: Literal, other: Literal, values: Values): boolean {
  if (one.key === other.key) return true;
  if (one.comparison.path.text !== other.comparison.path.text) return false;
  if (one.comparison.path.root === 'time' && one.timeZone !== other.timeZone) return false;
  if (hasEach(one.comparison) && isOfSome(one) !== isOfSome(other)) return false;
  if (FEW.some((value) => values.mayHold(one, value) && !values.holds(other, value))) return false;
  return (
    presentKey(one) === presentKey(other) ||
    WIDE_KINDS.every((kind) => isPartWithin({ one, other, kind, values }))
  );
}

/** Whether a literal about the elements of a list needs one of them, or all. */
function isOfSome({ wanted, quantifier }: Literal): boolean {
  return (wanted === 'not_false') === (quantifier === 'some');
}

type Compared = {
  readonly one: Literal;
  readonly other: Literal;
  readonly kind: WideKind;
  readonly values: Values;
};

function isPartWithin(compared: Compared): boolean {
  const { kind, values } = compared;
  const [one, other] = [partOf(compared.one, kind, values), partOf(compared.other, kind, values)];
  if (one.kind === 'none' || other.kind === 'all') return true;
  if (one.kind === 'points' && one.isWithin && isCaseKept(compared)) return areHeld(compared, one.among);
  if (other.kind === 'points' && !other.isWithin && isCaseMet(compared))
    return areHeld(compared, other.among);
  if (one.kind === 'span' && other.kind === 'span') return isSpanWithin(one, other);
  return one.kind === 'texts' && other.kind === 'texts' && isTextPartWithin(one, other, values);
}

/** Of each of these values: what holds of one literal holds of the other. */
function areHeld({ one, other, values }: Compared, among: readonly Value[]): boolean {
  return among.every((value) => !values.mayHold(one, value) || values.holds(other, value));
}

/** Operators that say the same of two texts which differ in case only, when they ignore it. */
const FOLDING: Partial<Record<Operator, true>> = {
  eq: true,
  neq: true,
  in: true,
  not_in: true,
  contains: true,
  not_contains: true,
  glob: true,
  starts_with: true,
  ends_with: true,
  path_within: true,
};

function isCaseBlind({ comparison }: Literal): boolean {
  return comparison.ignoreCase && FOLDING[comparison.op] === true;
}

/** A text of the first stands for all that differ from it in case only; the second must take them alike. */
function isCaseKept({ one, other, kind }: Compared): boolean {
  return kind !== 'string' || !one.comparison.ignoreCase || isCaseBlind(other);
}

/** The same, of the texts that the second leaves out. */
function isCaseMet({ one, other, kind }: Compared): boolean {
  return kind !== 'string' || !other.comparison.ignoreCase || isCaseBlind(one);
}

type Texts = Extract<Part, { kind: 'texts' }>;

/** `path_within`, `host_in` and `cidr_in` are undetermined for the same texts whatever their operand, and both literals hold there. */
function isTextPartWithin(one: Texts, other: Texts, values: Values): boolean {
  if (one.isWithin && other.isWithin) return isTextSubset(one.set, other.set, values);
  if (!one.isWithin && !other.isWithin) return isTextSubset(other.set, one.set, values);
  return one.isWithin && areTextsDisjoint(one.set, other.set, values);
}
