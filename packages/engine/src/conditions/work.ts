import { WORK_MAX } from '../work.ts';

/** What one decision may still do. */
export class Work {
  #left = WORK_MAX;
  /** Something was not done, since this was last set back. */
  isShort = false;

  /** Takes what a comparison costs, or nothing and says no when so much is not left: it is undetermined then. */
  takes(units: number): boolean {
    if (units > this.#left) {
      this.isShort = true;
      return false;
    }
    this.#left -= units;
    return true;
  }
}
