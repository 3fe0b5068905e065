/** What may still be done of something that is bounded. */
export class Budget {
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** False when so much is not left; the rest is gone then too. */
  spend(units: number): boolean {
    this.#left -= units;
    return this.#left >= 0;
  }
}
