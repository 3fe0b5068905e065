import { compileCondition, Places, type Test, Work } from '../../conditions/index.ts';
import { compilePrice, type Price } from '../../conditions/price.ts';
import type { Truth } from '../../decide/decision.ts';
import type { EngineFunctions } from '../../functions.ts';
import type { Json } from '../../json/json.ts';
import type { Comparison, Path } from '../../policy.ts';
import { WORK_MAX } from '../../work.ts';
import { ASKING } from '../bounds.ts';
import type { Budget } from './budget.ts';
import { isMeant, type Literal } from './formula.ts';

/** Nothing is there. */
export const NOTHING: unique symbol = Symbol('nothing');
export type Value = Json | typeof NOTHING;

const HERE: Path = { text: 'args.v', root: 'args', segments: [{ kind: 'name', name: 'v' }] };
const NO_FACTS = { tool: {}, grant: {}, server: {}, client: {}, time: {} };

type Ready = { readonly test: Test; readonly price: Price | undefined };

/**
 * Asks the conditions themselves what they say of one value, each with all the work that one decision may do, and as long as the
 * budget lasts. `unread`: there was not enough of either.
 */
export class Values {
  readonly #parts: Pick<EngineFunctions, 'regex'>;
  readonly #budget: Budget;
  readonly #ready = new WeakMap<Comparison, Ready>();

  constructor({ regex }: Pick<EngineFunctions, 'regex'>, budget: Budget) {
    this.#parts = { regex };
    this.#budget = budget;
  }

  says(comparison: Comparison, value: Value): Truth | 'unread' {
    const { test } = this.#of(comparison);
    const price = this.priceOf(comparison, value);
    if (price > WORK_MAX || !this.#budget.spend(ASKING + price)) return 'unread';
    const args = value === NOTHING ? {} : { v: value };
    return test({ ...NO_FACTS, args, found: [], work: new Work() });
  }

  /** Whether a literal holds of one value at the end of its path. What could not be read counts as undetermined. */
  mayHold({ comparison, wanted }: Literal, value: Value): boolean {
    const said = this.says(comparison, value);
    return isMeant(wanted, said === 'unread' ? 'undetermined' : said);
  }

  /** The same, and false of what could not be read. */
  holds({ comparison, wanted }: Literal, value: Value): boolean {
    const said = this.says(comparison, value);
    return said !== 'unread' && isMeant(wanted, said);
  }

  /** Units of work that reading the value takes. */
  priceOf(comparison: Comparison, value: Value): number {
    const { price } = this.#of(comparison);
    return price === undefined || value === NOTHING || value === null ? 0 : price(value);
  }

  #of(comparison: Comparison): Ready {
    const known = this.#ready.get(comparison);
    if (known !== undefined) return known;
    const test = compileCondition({ ...comparison, path: HERE }, 'some', {
      ...this.#parts,
      places: new Places(),
    });
    const ready = { test, price: compilePrice(comparison, this.#parts) };
    this.#ready.set(comparison, ready);
    return ready;
  }
}
