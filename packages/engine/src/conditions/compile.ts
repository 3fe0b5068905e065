import type { Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Comparison, Condition } from '../policy.ts';
import { compileLook, type Look, type Quantifier } from './look.ts';
import { compileJudge } from './operators.ts';
import type { Facts, Places } from './places.ts';
import { rememberSteps, type Steps } from './seen.ts';
import { every, not, some } from './truth.ts';

/** Judges one call. With `steps`, adds one step per comparison that it looked at; steps are shared and frozen. */
export type Test = (facts: Facts, steps?: Steps) => Truth;

/** What conditions are compiled with: the functions that the engine needs, and the places of the rules around. */
export type Parts = Pick<EngineFunctions, 'regex'> & { readonly places: Places };
type Compile = (condition: Condition) => Test;

export function compileCondition(condition: Condition, quantifier: Quantifier, parts: Parts): Test {
  const compile: Compile = (inner) => compileCondition(inner, quantifier, parts);
  switch (condition.kind) {
    case 'compare':
      return compileComparison(condition, quantifier, parts);
    case 'not':
      return negate(compile(condition.of));
    case 'all':
      return joinAll(condition.of.map(compile));
    case 'any':
      return joinAny(condition.of.map(compile));
  }
}

/** Joins by *and*; an empty list is always true. */
export function compileConditions(
  conditions: readonly Condition[],
  quantifier: Quantifier,
  parts: Parts,
): Test {
  return joinAll(conditions.map((condition) => compileCondition(condition, quantifier, parts)));
}

function negate(test: Test): Test {
  return (facts, steps) => not(test(facts, steps));
}

function joinAll(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (facts, steps) => every(tests, (test) => test(facts, steps));
}

function joinAny(tests: readonly Test[]): Test {
  return (facts, steps) => some(tests, (test) => test(facts, steps));
}

function compileComparison(comparison: Comparison, quantifier: Quantifier, parts: Parts): Test {
  const look = compileSeen(comparison, quantifier, parts);
  const stepFor = rememberSteps(comparison);
  return (facts, steps) => {
    const seen = look.see(facts);
    if (steps !== undefined) steps.items[steps.count++] = stepFor(seen);
    return seen.outcome;
  };
}

/** What one comparison sees of a call; always one of the same few objects. */
export function compileSeen(comparison: Comparison, quantifier: Quantifier, parts: Parts): Look {
  return compileLook(comparison.path, {
    judge: compileJudge(comparison, parts),
    quantifier,
    places: parts.places,
  });
}
