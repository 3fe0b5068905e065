import { compileCondition, Places, type Test, Work } from '../../conditions/index.ts';
import type { Truth } from '../../decide/decision.ts';
import type { EngineFunctions } from '../../functions.ts';
import type { Json } from '../../json/json.ts';
import type { Comparison, Path } from '../../policy.ts';
import { isMeant, type Literal } from './formula.ts';

/** Nothing is there. */
export const NOTHING: unique symbol = Symbol('nothing');
export type Value = Json | typeof NOTHING;

const HERE: Path = { text: 'args.v', root: 'args', segments: [{ kind: 'name', name: 'v' }] };
const NO_FACTS = { tool: {}, grant: {}, server: {}, client: {}, time: {} };

/** Asks the conditions themselves what they say of one value, each with all the work that one decision may do. */
export class Values {
  readonly #regex: EngineFunctions['regex'];
  readonly #tests = new WeakMap<Comparison, Test>();

  constructor({ regex }: Pick<EngineFunctions, 'regex'>) {
    this.#regex = regex;
  }

  says(comparison: Comparison, value: Value): Truth {
    const test = this.#tests.get(comparison) ?? this.#compile(comparison);
    return test({ ...NO_FACTS, args: value === NOTHING ? {} : { v: value }, found: [], work: new Work() });
  }

  /** Whether a literal holds of one value at the end of its path. */
  holds({ comparison, wanted }: Literal, value: Value): boolean {
    return isMeant(wanted, this.says(comparison, value));
  }

  #compile(comparison: Comparison): Test {
    const parts = { regex: this.#regex, places: new Places() };
    const test = compileCondition({ ...comparison, path: HERE }, 'some', parts);
    this.#tests.set(comparison, test);
    return test;
  }
}
