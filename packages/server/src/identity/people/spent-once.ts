/**
 * What was used and must not be used again: random texts, each sealed with a time by who made it. A restart forgets them, as
 * they are good for minutes.
 */
export class SpentOnce {
  readonly #spent = new Set<string>();
  readonly #most: number;

  /** Beyond `most` the oldest are forgotten; by then their time must be over. */
  constructor(most: number) {
    this.#most = most;
  }

  /** False when it was spent before. */
  spend(text: string): boolean {
    if (this.#spent.has(text)) return false;
    this.#spent.add(text);
    const [oldest = text] = this.#spent;
    if (this.#spent.size > this.#most) this.#spent.delete(oldest);
    return true;
  }
}
