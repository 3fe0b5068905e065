import {
  compileConditions,
  compileSeen,
  type Facts,
  type Look,
  type Parts,
  type Quantifier,
  rememberSteps,
  type Seen,
  type Steps,
  type Test,
} from '../conditions/index.ts';
import type { Comparison, Condition, Rule } from '../policy.ts';
import type { ConditionStep, Step, Truth } from './decision.ts';

/** A rule that was looked at: what its conditions say and the step to put into the trace. */
type Looked = { readonly holds: Truth; readonly step: Step };

/** Conditions ready to be looked at. Two classes and not many closures, because engines inline calls of methods. */
export interface Conditions {
  look(facts: Facts): Looked;
}

export type CompiledRule = { readonly rule: Rule; readonly conditions: Conditions };

/** What it means for the trace that conditions hold, or do not: the same for all rules of one list. */
type Reading = Readonly<Record<Truth, Step['outcome']>>;

export const FIRES_WHEN_TRUE: Reading = { true: 'fired', undetermined: 'undetermined', false: 'passed' };
export const FIRES_WHEN_FALSE: Reading = { true: 'passed', undetermined: 'undetermined', false: 'fired' };
const NEVER_FIRES: Reading = { true: 'passed', undetermined: 'passed', false: 'passed' };

type How = { readonly quantifier: Quantifier; readonly reading: Reading };

export function compileRules(rules: readonly Rule[], how: How, parts: Parts): readonly CompiledRule[] {
  return rules.map((rule) => ({ rule, conditions: compileRule(rule, how, parts) }));
}

function compileRule({ id, conditions }: Rule, { quantifier, reading }: How, parts: Parts): Conditions {
  const says = { id, reading };
  const [only] = conditions;
  if (conditions.length === 1 && only?.kind === 'compare')
    return new OneComparison(says, only, compileSeen(only, quantifier, parts));
  return new ManyConditions(says, compileConditions(conditions, quantifier, parts));
}

/** The conditions under which a limit counts; its step never says `fired`, the counter store does. */
export function compileWhen(id: string, when: readonly Condition[], parts: Parts): Conditions {
  return new ManyConditions({ id, reading: NEVER_FIRES }, compileConditions(when, 'some', parts));
}

/** Whose conditions they are and what the trace says of their outcome. */
type Says = { readonly id: string; readonly reading: Reading };

/** The conditions of most rules: what the comparison saw numbers its few possible steps. */
class OneComparison implements Conditions {
  readonly #says: Says;
  readonly #look: Look;
  readonly #stepFor: (seen: Seen) => ConditionStep;
  readonly #kept: (Looked | undefined)[] = [];

  constructor(says: Says, comparison: Comparison, look: Look) {
    this.#says = says;
    this.#look = look;
    this.#stepFor = rememberSteps(comparison);
  }

  look(facts: Facts): Looked {
    const seen = this.#look.see(facts);
    return this.#kept[seen.index] ?? this.#keep(seen);
  }

  #keep(seen: Seen): Looked {
    const looked = lookedAt(this.#says, seen.outcome, [this.#stepFor(seen)]);
    this.#kept[seen.index] = looked;
    return looked;
  }
}

/** One buffer for all rules: looking at one rule never happens inside looking at another. */
const buffer: Steps = { items: [], count: 0 };

/** Calls differ in few ways as far as one rule can see; more than this many are made anew. */
const KEPT_MAX = 8;

/** Two calls that are alike leave the same step, so that looking at a rule usually allocates nothing. */
class ManyConditions implements Conditions {
  readonly #says: Says;
  readonly #test: Test;
  readonly #kept: Looked[] = [];
  #next = 0;

  constructor(says: Says, test: Test) {
    this.#says = says;
    this.#test = test;
  }

  look(facts: Facts): Looked {
    buffer.count = 0;
    const test = this.#test;
    const holds = test(facts, buffer);
    for (const looked of this.#kept)
      if (looked.holds === holds && isSame(looked.step.conditions, buffer)) return looked;
    return this.#keep(holds);
  }

  #keep(holds: Truth): Looked {
    const looked = lookedAt(this.#says, holds, buffer.items.slice(0, buffer.count));
    this.#kept[this.#next] = looked;
    this.#next = (this.#next + 1) % KEPT_MAX;
    return looked;
  }
}

/** Frozen, as steps are shared by the traces of all calls that are alike. */
function lookedAt({ id, reading }: Says, holds: Truth, conditions: ConditionStep[]): Looked {
  const outcome = reading[holds];
  return { holds, step: Object.freeze({ rule: id, outcome, conditions: Object.freeze(conditions) }) };
}

function isSame(conditions: readonly ConditionStep[], { items, count }: Steps): boolean {
  if (conditions.length !== count) return false;
  for (let index = 0; index < count; index += 1) if (conditions[index] !== items[index]) return false;
  return true;
}
