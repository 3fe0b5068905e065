import type { Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Comparison, Condition, Root } from '../policy.ts';
import { compileLook, type Quantifier } from './look.ts';
import { compileJudge } from './operators.ts';
import { rememberSteps, type Seen, type Steps } from './seen.ts';
import { every, not, some } from './truth.ts';

/** What paths start from. Only own properties are ever looked at. */
export type Facts = { readonly [root in Root]: JsonObject };

/** Judges one call. With `steps`, adds one step per comparison that it looked at; steps are shared and frozen. */
export type Test = (facts: Facts, steps?: Steps) => Truth;

type Functions = Pick<EngineFunctions, 'regex'>;
type Compile = (condition: Condition) => Test;

export function compileCondition(condition: Condition, quantifier: Quantifier, functions: Functions): Test {
  const compile: Compile = (inner) => compileCondition(inner, quantifier, functions);
  switch (condition.kind) {
    case 'compare':
      return compileComparison(condition, quantifier, functions);
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
  functions: Functions,
): Test {
  return joinAll(conditions.map((condition) => compileCondition(condition, quantifier, functions)));
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

function compileComparison(comparison: Comparison, quantifier: Quantifier, functions: Functions): Test {
  const see = compileSeen(comparison, quantifier, functions);
  const stepFor = rememberSteps(comparison);
  return (facts, steps) => {
    const seen = see(facts);
    if (steps !== undefined) steps.items[steps.count++] = stepFor(seen);
    return seen.outcome;
  };
}

/** What one comparison sees of a call; always one of the same few objects. */
export function compileSeen(
  comparison: Comparison,
  quantifier: Quantifier,
  functions: Functions,
): (facts: Facts) => Seen {
  const rootOf: (facts: Facts) => Json = ROOTS[comparison.path.root];
  const look = compileLook(comparison.path, compileJudge(comparison, functions), quantifier);
  return (facts) => look(rootOf(facts));
}

/** Each root read by its own function: a property whose name varies from rule to rule is slow to read. */
const ROOTS = {
  args: (facts) => facts.args,
  tool: (facts) => facts.tool,
  grant: (facts) => facts.grant,
  server: (facts) => facts.server,
  client: (facts) => facts.client,
  time: (facts) => facts.time,
} satisfies Record<Root, (facts: Facts) => JsonObject>;
