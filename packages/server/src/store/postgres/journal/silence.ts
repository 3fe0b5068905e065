/** A replica, and when it said last that it is there, by the clock of Postgres. */
export type Sign = { readonly id: string; readonly seenAt: number };

/**
 * Which replicas are silent, by how long their last signs of life have been the last ones: a clock that is set neither makes one silent nor
 * keeps one alive.
 */
export class Silence {
  readonly #deadMs: number;
  readonly #gapMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #known: ReadonlyMap<string, { readonly seenAt: number; readonly sinceMs: number }> = new Map();

  /** `everyMs`: from one look to the next. */
  constructor({ deadMs, everyMs }: { readonly deadMs: number; readonly everyMs: number }) {
    this.#deadMs = deadMs;
    this.#gapMs = deadMs + everyMs;
  }

  /** Those among all signs that are there now which were the same for too long. */
  of(signs: readonly Sign[], nowMs: number): readonly Sign[] {
    // Whoever did not look for that long has not heard of anybody meanwhile.
    const before = nowMs - this.#lookedMs < this.#gapMs ? this.#known : new Map();
    this.#lookedMs = nowMs;
    this.#known = new Map(
      signs.map(({ id, seenAt }) => {
        const known = before.get(id);
        return [id, known?.seenAt === seenAt ? known : { seenAt, sinceMs: nowMs }];
      }),
    );
    return signs.filter(({ id }) => nowMs - (this.#known.get(id)?.sinceMs ?? nowMs) >= this.#deadMs);
  }

  /** Nobody was heard of, as it seems from here. */
  forget(): void {
    this.#known = new Map();
  }
}
