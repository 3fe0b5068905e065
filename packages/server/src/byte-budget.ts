import { getHeapStatistics } from 'node:v8';

/** What one holder has taken of a budget; nothing more after `release`. */
export type Share = {
  /** False when the budget is used up; nothing was taken then. */
  readonly take: (bytes: number) => boolean;
  readonly release: () => void;
};

export type ByteBounds = {
  readonly ofAll: number;
  /** Of all shares with the same key. */
  readonly ofEach: number;
};

/**
 * Bytes in memory at once, of everybody and of each. Without it a thousand bodies of the permitted size would need more memory than there
 * is. Taken as bytes arrive, so that a promise takes nothing.
 */
export class ByteBudget {
  readonly #bounds: ByteBounds;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  /** Bytes that are taken now. */
  get total(): number {
    return this.#total;
  }

  shareFor(key: string): Share {
    let taken = 0;
    return {
      take: (bytes) => {
        const held = this.#held.get(key) ?? 0;
        if (this.#total + bytes > this.#bounds.ofAll || held + bytes > this.#bounds.ofEach) return false;
        taken += bytes;
        this.#change(key, bytes);
        return true;
      },
      release: () => {
        this.#change(key, -taken);
        taken = 0;
      },
    };
  }

  #change(key: string, bytes: number): void {
    this.#total += bytes;
    const held = (this.#held.get(key) ?? 0) + bytes;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }
}

/** Bytes that are this part of the heap, though never fewer than `least`. */
export function partOfHeap(part: number, least: number): number {
  return Math.max(least, getHeapStatistics().heap_size_limit * part);
}
