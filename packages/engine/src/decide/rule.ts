import {
  compileConditions,
  compileSeen,
  type Facts,
  type Quantifier,
  rememberSteps,
  type Seen,
  type Steps,
  type Test,
} from '../conditions/index.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Condition, Rule } from '../policy.ts';
import type { ConditionStep, Step, Truth } from './decision.ts';

/** A rule that was looked at: what its conditions say and the step to put into the trace. */
export type Looked = { readonly holds: Truth; readonly step: Step };

export type CompiledRule = { readonly rule: Rule; readonly look: (facts: Facts) => Looked };

/** What it means for the trace that conditions hold, or do not: the same for all rules of one list. */
export type Reading = Readonly<Record<Truth, Step['outcome']>>;

export const FIRES_WHEN_TRUE: Reading = { true: 'fired', undetermined: 'undetermined', false: 'passed' };
export const FIRES_WHEN_FALSE: Reading = { true: 'passed', undetermined: 'undetermined', false: 'fired' };
export const NEVER_FIRES: Reading = { true: 'passed', undetermined: 'passed', false: 'passed' };

export function compileRules(
  rules: readonly Rule[],
  how: { readonly quantifier: Quantifier; readonly reading: Reading },
  functions: EngineFunctions,
): readonly CompiledRule[] {
  return rules.map((rule) => ({ rule, look: compileRule(rule, how, functions) }));
}

function compileRule(
  rule: Rule,
  how: Parameters<typeof compileRules>[1],
  functions: EngineFunctions,
): CompiledRule['look'] {
  const [only] = rule.conditions;
  if (rule.conditions.length === 1 && only?.kind === 'compare') {
    return lookOnce(
      rule.id,
      { stepFor: rememberSteps(only), see: compileSeen(only, how.quantifier, functions) },
      how.reading,
    );
  }
  return compileLook(rule.id, compileConditions(rule.conditions, how.quantifier, functions), how.reading);
}

type OneComparison = {
  readonly see: (facts: Facts) => Seen;
  readonly stepFor: (seen: Seen) => ConditionStep;
};

/** A rule with one comparison, as most are: what it saw numbers its few possible steps. */
function lookOnce(id: string, { see, stepFor }: OneComparison, reading: Reading): CompiledRule['look'] {
  const kept: (Looked | undefined)[] = [];
  return (facts) => {
    const seen = see(facts);
    const known = kept[seen.index];
    if (known !== undefined) return known;
    const step = Object.freeze({
      rule: id,
      outcome: reading[seen.outcome],
      conditions: Object.freeze([stepFor(seen)]),
    });
    const looked = { holds: seen.outcome, step };
    kept[seen.index] = looked;
    return looked;
  };
}

/** The conditions under which a limit counts; its step never says `fired`, the counter store does. */
export function compileWhen(id: string, when: readonly Condition[], functions: EngineFunctions) {
  return compileLook(id, compileConditions(when, 'some', functions), NEVER_FIRES);
}

/** One buffer for all rules: looking at one rule never happens inside looking at another. */
const buffer: Steps = { items: [], count: 0 };

/** Calls differ in few ways as far as one rule can see; more than this many are made anew. */
const KEPT_MAX = 8;

/** Two calls that are alike leave the same step, so that looking at a rule usually allocates nothing. */
function compileLook(id: string, test: Test, reading: Reading): (facts: Facts) => Looked {
  const kept: Looked[] = [];
  let next = 0;
  return (facts) => {
    buffer.count = 0;
    const holds = test(facts, buffer);
    for (const looked of kept)
      if (looked.holds === holds && isSame(looked.step.conditions, buffer)) return looked;
    const conditions = Object.freeze(buffer.items.slice(0, buffer.count));
    const looked = { holds, step: Object.freeze({ rule: id, outcome: reading[holds], conditions }) };
    kept[next] = looked;
    next = (next + 1) % KEPT_MAX;
    return looked;
  };
}

function isSame(conditions: readonly ConditionStep[], { items, count }: Steps): boolean {
  if (conditions.length !== count) return false;
  for (let index = 0; index < count; index += 1) if (conditions[index] !== items[index]) return false;
  return true;
}
