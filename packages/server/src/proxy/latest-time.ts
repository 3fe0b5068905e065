/** The latest wall-clock time that was seen, so that what has expired stays expired when the clock is set back. */
export class LatestTime {
  #latestMs = Number.NEGATIVE_INFINITY;

  /** The later of the reading and all earlier ones. */
  atLeast(wallMs: number): number {
    this.#latestMs = Math.max(this.#latestMs, wallMs);
    return this.#latestMs;
  }
}
