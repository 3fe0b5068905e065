/** Which keys come for the first time in so many milliseconds of one clock. Remembers those of one such time. */
export class FirstIn {
  readonly #everyMs: number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  readonly #seen = new Set<string>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  takes(key: string, nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= this.#everyMs) {
      this.#sinceMs = nowMs;
      this.#seen.clear();
    }
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
