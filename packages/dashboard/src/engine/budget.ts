import { WORK_MAX } from '@boomgate/engine';
import { TooManySteps } from '@boomgate/functions';

/** Keywords that one validation may look at: at worst half a second, and far more than the arguments of a call take. */
const MAX_STEPS = 50_000;

/** Keywords within keywords: more than a schema within its bound and arguments within theirs ask for without going in circles. */
const MAX_NESTED = 400;

/** Counts the steps of compiling a schema, and of each validation; throws `TooManySteps` past a bound. */
export class Budget {
  #steps = MAX_STEPS;
  #work = WORK_MAX;
  #nested = 0;

  /** To be called before each validation. */
  refill(): void {
    this.#steps = MAX_STEPS;
    this.#work = WORK_MAX;
    this.#nested = 0;
  }

  /** One keyword within another; what `look` throws leaves the whole validation. */
  within<Result>(look: () => Result): Result {
    this.step();
    this.#nested += 1;
    if (this.#nested > MAX_NESTED)
      throw new TooManySteps(`more than ${MAX_NESTED} keywords within one another`);
    const result = look();
    this.#nested -= 1;
    return result;
  }

  /** To be called for each keyword that is looked at. */
  step(): void {
    this.#steps -= 1;
    if (this.#steps < 0) throw new TooManySteps(`more than ${MAX_STEPS} steps`);
  }

  /** To be called with what reading a text costs: as much in all as one decision may take (policy language §4). */
  read(units: number): void {
    this.#work -= units;
    if (this.#work < 0) throw new TooManySteps(`more than ${WORK_MAX} units of work`);
  }
}
