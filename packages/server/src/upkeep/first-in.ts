type Bounds = { readonly everyMs: number; readonly most: number };

/** Which keys come for the first time in so many milliseconds of one clock, at most so many of each group. Remembers those of one such time. */
export class FirstIn {
  readonly #bounds: Bounds;
  #sinceMs = Number.NEGATIVE_INFINITY;
  readonly #seen = new Map<string, Set<string>>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  takes(group: string, key: string, nowMs: number): boolean {
    const { everyMs, most } = this.#bounds;
    if (nowMs - this.#sinceMs >= everyMs) {
      this.#sinceMs = nowMs;
      this.#seen.clear();
    }
    const seen = this.#seen.get(group) ?? new Set();
    if (seen.has(key) || seen.size >= most) return false;
    this.#seen.set(group, seen.add(key));
    return true;
  }
}
