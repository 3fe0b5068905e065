import type { Quantifier } from '../../conditions/index.ts';
import type { Truth } from '../../decide/decision.ts';
import { canonicalJson } from '../../json/canonical.ts';
import type { Comparison, Condition, Policy, Rules } from '../../policy.ts';

/** Which outcomes of a comparison are meant. */
type Wanted = 'not_false' | 'not_true' | 'true' | 'false';

/** One comparison and the outcomes of it that are meant. `key` is equal for literals that mean the same. */
export type Literal = {
  readonly kind: 'literal';
  readonly comparison: Comparison;
  readonly wanted: Wanted;
  readonly quantifier: Quantifier;
  readonly timeZone: string;
  readonly key: string;
};

/**
 * When a rule fires, as a formula without *not*: three-valued conditions become two-valued, because undetermined fires in
 * `deny_if` and fails in `require` (policy language §4).
 */
export type Formula =
  | Literal
  | { readonly kind: 'and'; readonly of: readonly Formula[] }
  | { readonly kind: 'or'; readonly of: readonly Formula[] };

export const ALWAYS: Formula = { kind: 'and', of: [] };

/** A rule that refuses or holds a call, with when it does. */
export type Trigger = { readonly id: string; readonly fires: Formula };

/** What refuses and what holds calls, in one list of rules. */
export type Triggers = { readonly refuse: readonly Trigger[]; readonly hold: readonly Trigger[] };

export function triggersOf(rules: Rules, timeZone: string): Triggers {
  const some = { quantifier: 'some', timeZone } as const;
  const every = { quantifier: 'every', timeZone } as const;
  return {
    refuse: [
      ...rules.denyIf.map(({ id, conditions }) => ({ id, fires: hold(conditions, some) })),
      ...rules.require.map(({ id, conditions }) => ({ id, fires: fail(conditions, every) })),
    ],
    hold: rules.requireApprovalIf.map(({ id, conditions }) => ({ id, fires: hold(conditions, some) })),
  };
}

/** When a limit counts a call. */
export function countsWhen(when: readonly Condition[], { timeZone }: Policy): Formula {
  return hold(when, { quantifier: 'some', timeZone });
}

type How = Pick<Literal, 'quantifier' | 'timeZone'>;

/** Joined by *and*, they are not false. */
function hold(conditions: readonly Condition[], how: How): Formula {
  return { kind: 'and', of: conditions.map((one) => read(one, 'not_false', how)) };
}

/** Joined by *and*, they are not true. */
function fail(conditions: readonly Condition[], how: How): Formula {
  return { kind: 'or', of: conditions.map((one) => read(one, 'not_true', how)) };
}

function read(condition: Condition, wanted: 'not_false' | 'not_true', how: How): Formula {
  switch (condition.kind) {
    case 'compare':
      return literal(condition, wanted, how);
    case 'not':
      return read(condition.of, wanted === 'not_false' ? 'not_true' : 'not_false', how);
    default: {
      const kind = (condition.kind === 'all') === (wanted === 'not_false') ? 'and' : 'or';
      return { kind, of: condition.of.map((one) => read(one, wanted, how)) };
    }
  }
}

function literal(comparison: Comparison, wanted: Wanted, how: How): Literal {
  const { path, op, value, ignoreCase } = comparison;
  const zone = path.root === 'time' ? how.timeZone : '';
  const quantifier = hasEach(comparison) ? how.quantifier : '';
  const key = `${wanted} ${canonicalJson([quantifier, zone, op, ignoreCase, path.text, value])}`;
  return { kind: 'literal', comparison, wanted, ...how, key };
}

/** Whether several values are compared, not one. */
export function hasEach({ path }: Comparison): boolean {
  return path.segments.some(({ kind }) => kind === 'each');
}

const OPPOSITE = {
  not_false: 'false',
  not_true: 'true',
  true: 'not_true',
  false: 'not_false',
} as const satisfies Record<Wanted, Wanted>;

export function negated(formula: Formula): Formula {
  if (formula.kind !== 'literal')
    return { kind: formula.kind === 'and' ? 'or' : 'and', of: formula.of.map(negated) };
  const wanted = OPPOSITE[formula.wanted];
  return { ...formula, wanted, key: `${wanted}${formula.key.slice(formula.key.indexOf(' '))}` };
}

const MEANT = {
  not_false: ['true', 'undetermined'],
  not_true: ['false', 'undetermined'],
  true: ['true'],
  false: ['false'],
} as const satisfies Record<Wanted, readonly Truth[]>;

export function isMeant(wanted: Wanted, outcome: Truth): boolean {
  const meant: readonly Truth[] = MEANT[wanted];
  return meant.includes(outcome);
}

/** Equal for formulas that are written alike. */
export function formulaKey(formula: Formula): string {
  if (formula.kind === 'literal') return formula.key;
  const keys = [...new Set(formula.of.map(formulaKey))].toSorted();
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? only : `${formula.kind}(${keys.join('\n')})`;
}

/** Literals that hold together. */
export type Alternative = readonly Literal[];

/**
 * A formula as alternatives; undefined when there are more than `max`. Nothing is simplified: an alternative may be
 * impossible.
 */
export function alternatives(formula: Formula, max: number): readonly Alternative[] | undefined {
  if (formula.kind === 'literal') return [[formula]];
  let joined: readonly Alternative[] = formula.kind === 'or' ? [] : [[]];
  for (const one of formula.of) {
    const part = alternatives(one, max);
    if (part === undefined) return undefined;
    const count = formula.kind === 'or' ? joined.length + part.length : joined.length * part.length;
    if (count > max) return undefined;
    joined =
      formula.kind === 'or'
        ? [...joined, ...part]
        : joined.flatMap((before) => part.map((more) => [...before, ...more]));
  }
  return joined;
}
