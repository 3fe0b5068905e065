import { STRANGERS_AT_ONCE, STRANGERS_KEPT, STRANGERS_PER_SECOND } from '../limits/index.ts';

/** How many requests have not drained yet, at which monotonic millisecond. */
type Level = { readonly requests: number; readonly atMs: number };

/**
 * How often each network sends requests that no grant stands behind (case E-25). It is asked once a request is known to be such a
 * one, so that a grant works from wherever it is used. Memory is bounded by `STRANGERS_KEPT`.
 */
export class Strangers {
  /** The one that was quiet for longest first. */
  readonly #levels = new Map<string, Level>();

  /** One more came from there. */
  note(network: string, nowMs: number): void {
    const requests = Math.min(STRANGERS_AT_ONCE, this.#left(network, nowMs) + 1);
    this.#levels.delete(network);
    this.#levels.set(network, { requests, atMs: nowMs });
    if (this.#levels.size <= STRANGERS_KEPT) return;
    const [quietest = network] = this.#levels.keys();
    this.#levels.delete(quietest);
  }

  /** Whether the network has sent as many as it may. */
  areTooMany(network: string, nowMs: number): boolean {
    return this.#left(network, nowMs) > STRANGERS_AT_ONCE - 1;
  }

  #left(network: string, nowMs: number): number {
    const { atMs, requests } = this.#levels.get(network) ?? { atMs: nowMs, requests: 0 };
    return Math.max(0, requests - ((nowMs - atMs) / 1_000) * STRANGERS_PER_SECOND);
  }
}
