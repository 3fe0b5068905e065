import { PROOF_KEPT_MS, PROOFS_KEPT } from '../../limits/index.ts';

/** Which proofs were shown: each is remembered for `PROOF_KEPT_MS` at the least, and for twice as long at the most. */
export class Seen {
  readonly #most: number;
  #now = new Set<string>();
  #before: ReadonlySet<string> = new Set();
  /** Monotonic. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(most = PROOFS_KEPT) {
    this.#most = most;
  }

  /** Takes it for the first time. What there is no room for is not taken: forgetting another would let that be shown again. */
  take(proof: string, nowMs: number): 'taken' | 'seen' | 'full' {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs >= PROOF_KEPT_MS) {
      this.#before = passedMs < 2 * PROOF_KEPT_MS ? this.#now : new Set();
      this.#now = new Set();
      this.#sinceMs = nowMs;
    }
    if (this.#now.has(proof) || this.#before.has(proof)) return 'seen';
    if (this.#now.size >= this.#most) return 'full';
    this.#now.add(proof);
    return 'taken';
  }
}
