/** `part`: of the thread's time. `burstMs`: milliseconds whose part may be used at once. `mostMs`: counted for one text at the most. */
export type ReadingPace = { readonly part: number; readonly burstMs: number; readonly mostMs: number };

type Clock = {
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => unknown;
};

/**
 * Reads the texts of one sender within a part of the thread's time: who sent what takes longer waits with what comes next, so that others
 * are read meanwhile.
 */
export class ReadingTurns {
  readonly #clock: Clock;
  readonly #pace: ReadingPace;
  readonly #line: (() => void)[] = [];
  #freeAtMs = Number.NEGATIVE_INFINITY;
  #isLookedAt = false;

  constructor(clock: Clock, pace: ReadingPace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** As good as new. */
  get isIdle(): boolean {
    return this.#line.length === 0 && this.#clock.now() >= this.#freeAtMs + this.#pace.burstMs;
  }

  /** Works at once; false when it is not its turn. */
  takes(work: () => void): boolean {
    if (this.#line.length > 0 || this.#clock.now() < this.#freeAtMs) return false;
    this.#run(work);
    return true;
  }

  lineUp(work: () => void): void {
    this.#line.push(work);
    this.#look();
  }

  #run(work: () => void): void {
    const { burstMs, mostMs, part } = this.#pace;
    const startMs = this.#clock.now();
    work();
    const tookMs = Math.min(mostMs, this.#clock.now() - startMs);
    this.#freeAtMs = Math.max(this.#freeAtMs, startMs - burstMs) + tookMs / part;
  }

  #look(): void {
    if (this.#isLookedAt) return;
    this.#isLookedAt = true;
    this.#clock.after(Math.max(0, this.#freeAtMs - this.#clock.now()), () => {
      this.#isLookedAt = false;
      while (this.#clock.now() >= this.#freeAtMs) {
        const work = this.#line.shift();
        if (work === undefined) return;
        this.#run(work);
      }
      if (this.#line.length > 0) this.#look();
    });
  }
}
