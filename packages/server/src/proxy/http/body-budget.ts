import { getHeapStatistics } from 'node:v8';
import { BODIES_PART_OF_GRANT, BODIES_PART_OF_HEAP, MAX_BODY_BYTES } from '../../limits/index.ts';

/** What one request has taken of the budget; nothing more after `release`. */
export type Share = {
  /** False when the budget is used up: the request is to be refused. */
  readonly take: (bytes: number) => boolean;
  readonly release: () => void;
};

/**
 * Bytes of request bodies in memory at once, of all grants and of each. Without it a thousand agents with bodies
 * of the permitted size would need more memory than there is. Taken as bytes arrive, so that a promise takes nothing.
 */
export class BodyBudget {
  readonly #ofAll: number;
  readonly #ofGrant: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(bytes: number = getHeapStatistics().heap_size_limit * BODIES_PART_OF_HEAP) {
    this.#ofAll = Math.max(MAX_BODY_BYTES, bytes);
    this.#ofGrant = Math.max(MAX_BODY_BYTES, bytes * BODIES_PART_OF_GRANT);
  }

  /** Bytes that are taken now. */
  get total(): number {
    return this.#total;
  }

  shareFor(grantId: string): Share {
    let taken = 0;
    return {
      take: (bytes) => {
        const held = this.#held.get(grantId) ?? 0;
        if (this.#total + bytes > this.#ofAll || held + bytes > this.#ofGrant) return false;
        taken += bytes;
        this.#change(grantId, bytes);
        return true;
      },
      release: () => {
        this.#change(grantId, -taken);
        taken = 0;
      },
    };
  }

  #change(grantId: string, bytes: number): void {
    this.#total += bytes;
    const held = (this.#held.get(grantId) ?? 0) + bytes;
    if (held > 0) this.#held.set(grantId, held);
    else this.#held.delete(grantId);
  }
}
