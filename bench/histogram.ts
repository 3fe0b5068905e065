/** Steps of one hundredth, from a microsecond to some two minutes. */
const STEP = Math.log(1.01);
const BUCKETS = 1_900;

/** Counts of times, exact to a hundredth; takes the same room however many there are. As JSON it is a list of pairs. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;

  static from(pairs: readonly (readonly [number, number])[]): Histogram {
    const made = new Histogram();
    for (const [bucket, count] of pairs) made.#add(bucket, count);
    return made;
  }

  get count(): number {
    return this.#count;
  }

  observe(ms: number): void {
    this.#add(Math.round(Math.log(Math.max(1, ms * 1_000)) / STEP), 1);
  }

  /** Milliseconds within which that share of all lies; 0 when there are none. */
  at(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return this.#count === 0 ? 0 : Number((Math.exp(bucket * STEP) / 1_000).toFixed(3));
    }
    return Number.POSITIVE_INFINITY;
  }

  add(other: Histogram): this {
    for (const [bucket, count] of other.toJSON()) this.#add(bucket, count);
    return this;
  }

  toJSON(): readonly (readonly [number, number])[] {
    return [...this.#counts.entries()].filter(([, count]) => count > 0);
  }

  #add(bucket: number, count: number): void {
    const at = Math.min(bucket, BUCKETS - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.#count += count;
  }
}
