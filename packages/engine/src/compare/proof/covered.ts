import { ASKING, DISJUNCTS_MAX } from '../bounds.ts';
import type { Budget } from './budget.ts';
import { type Alternative, alternatives, type Formula, formulaKey, type Literal } from './formula.ts';
import { implies } from './implies.ts';
import type { Values } from './values.ts';

/** What proofs are made with. */
export type Proving = { readonly values: Values; readonly budget: Budget };

/** Rules of the later policy, to hold rules of the earlier one against. */
export type Cover = { readonly keys: ReadonlySet<string>; readonly formulas: readonly Formula[] };

export function coverOf(formulas: readonly Formula[]): Cover {
  return { keys: new Set(formulas.map(formulaKey)), formulas };
}

/** Whether some of the covering rules fires at all times. */
export function coversAll({ formulas }: Cover): boolean {
  return formulas.some(isAlways);
}

function isAlways(formula: Formula): boolean {
  if (formula.kind === 'literal') return false;
  return formula.kind === 'and' ? formula.of.every(isAlways) : formula.of.some(isAlways);
}

/** Whether for every call for which a rule fires one of the covering rules does. False where that is not certain. */
export function isCovered(formula: Formula, covers: readonly Cover[], proving: Proving): boolean {
  const key = formulaKey(formula);
  if (covers.some((cover) => cover.keys.has(key) || coversAll(cover))) return true;
  const ways = alternatives(formula, DISJUNCTS_MAX);
  if (ways === undefined) return false;
  return ways.every((way) =>
    covers.some(({ formulas }) => formulas.some((one) => follows(one, way, proving))),
  );
}

/** Whether a formula holds wherever all literals of an alternative do. */
function follows(formula: Formula, way: Alternative, proving: Proving): boolean {
  if (formula.kind === 'and') return formula.of.every((one) => follows(one, way, proving));
  if (formula.kind === 'or') return formula.of.some((one) => follows(one, way, proving));
  return way.some((literal) => isImplied(formula, literal, proving));
}

function isImplied(formula: Literal, literal: Literal, { values, budget }: Proving): boolean {
  if (formula.comparison.path.text !== literal.comparison.path.text) return false;
  return budget.spend(ASKING * (priceOf(formula) + priceOf(literal))) && implies(literal, formula, values);
}

/** Long lists are tried entry by entry. */
function priceOf({ comparison: { value } }: Literal): number {
  return Array.isArray(value) ? 1 + value.length : 1;
}
