import { STANDSTILL_LOOKS } from './bounds.ts';

/**
 * Finds out that a process stands still: it lives, and answers nothing. Counted in looks, of which none is made while the process that
 * looks stands still itself, as on a machine that is suspended.
 */
export class Standstill {
  readonly #ask: () => Promise<unknown>;
  #isAsked = false;
  #looks = 0;

  /** `ask` resolves when the process answers; once it rejects, there is none any more. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** True while an earlier look is not answered. */
  get isOverdue(): boolean {
    return this.#looks > 0;
  }

  /** To be called every `STANDSTILL_LOOK_MS`; true when it has answered nothing for too many looks. */
  look(): boolean {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#ask().then(
        () => {
          this.#isAsked = false;
          this.#looks = 0;
        },
        () => undefined,
      );
      return false;
    }
    this.#looks += 1;
    return this.#looks >= STANDSTILL_LOOKS;
  }
}
