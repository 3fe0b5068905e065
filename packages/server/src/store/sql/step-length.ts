import type { Pace } from './executor.ts';

/** Rows that a page looks at before it answers with what it has, and where to go on: a few milliseconds of work. */
export const MAX_LOOKED_AT = 5_000;
/** Rows of the first step; later steps take as many as fit into the time. */
const FIRST_STEP_ROWS = 200;
const LEAST_STEP_ROWS = 50;

/** As many rows for one step of a long read as the last steps showed to fit. */
export class StepLength {
  readonly #pace: Pace;
  #rows = FIRST_STEP_ROWS;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  get rows(): number {
    return this.#rows;
  }

  async timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    const result = await work();
    const tookMs = performance.now() - startedMs;
    const { mostRows, stepMs } = this.#pace;
    if (tookMs > stepMs) this.#rows = Math.max(LEAST_STEP_ROWS, Math.floor(this.#rows / 2));
    else if (tookMs < stepMs / 3) this.#rows = Math.min(mostRows, this.#rows * 2);
    return result;
  }
}
