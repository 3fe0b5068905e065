import { PROOF_KEPT_MS, PROOFS_KEPT } from '../../limits/index.ts';

/** What was shown in one such time. */
type Shown = { readonly proofs: Set<string>; readonly perHolder: Map<string, number> };

const nothing = (): Shown => ({ proofs: new Set(), perHolder: new Map() });

/**
 * Which proofs were shown: each is remembered for `PROOF_KEPT_MS` at the least, and for twice as long at the most. One holder takes as much
 * as it leaves at the most, so that the others go on: half of the room alone, a third of it beside another that does the same.
 */
export class Seen {
  readonly #most: number;
  #now = nothing();
  #before = nothing();
  /** Monotonic. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(most = PROOFS_KEPT) {
    this.#most = most;
  }

  /** Takes it for the first time. What there is no room for is not taken: forgetting another would let that be shown again. */
  take(proof: string, { holder, nowMs }: { holder: string; nowMs: number }): 'taken' | 'seen' | 'full' {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs >= PROOF_KEPT_MS) {
      this.#before = passedMs < 2 * PROOF_KEPT_MS ? this.#now : nothing();
      this.#now = nothing();
      this.#sinceMs = nowMs;
    }
    const { perHolder, proofs } = this.#now;
    if (proofs.has(proof) || this.#before.proofs.has(proof)) return 'seen';
    const held = perHolder.get(holder) ?? 0;
    if (proofs.size >= this.#most || held >= this.#most - proofs.size) return 'full';
    proofs.add(proof);
    perHolder.set(holder, held + 1);
    return 'taken';
  }
}
