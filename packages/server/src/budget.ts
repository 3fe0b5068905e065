import { getHeapStatistics } from 'node:v8';

/** What one holder has taken of a budget; nothing more after `release`. */
export type Share = {
  /** False when the budget is used up; nothing was taken then. */
  readonly take: (amount: number) => boolean;
  readonly release: () => void;
};

export type Bounds = {
  readonly ofAll: number;
  /** Of all that has the same key. */
  readonly ofEach: number;
};

/** What everybody takes of: places, or bytes in memory. Nobody gets so much that others find nothing. */
export class Budget {
  readonly #bounds: Bounds;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** What is taken now. */
  get total(): number {
    return this.#total;
  }

  /** False when there is not so much for this key; otherwise `giveBack` must follow. */
  take(key: string, amount = 1): boolean {
    const held = this.#held.get(key) ?? 0;
    if (this.#total + amount > this.#bounds.ofAll || held + amount > this.#bounds.ofEach) return false;
    this.#total += amount;
    this.#held.set(key, held + amount);
    return true;
  }

  /** What was not taken cannot be given back. */
  giveBack(key: string, amount = 1): void {
    const held = this.#held.get(key) ?? 0;
    const given = Math.min(amount, held);
    this.#total -= given;
    if (held > given) this.#held.set(key, held - given);
    else this.#held.delete(key);
  }

  /** For who takes several times, and gives all of it back at once. */
  shareFor(key: string): Share {
    let taken = 0;
    return {
      take: (amount) => {
        const isTaken = this.take(key, amount);
        if (isTaken) taken += amount;
        return isTaken;
      },
      release: () => {
        this.giveBack(key, taken);
        taken = 0;
      },
    };
  }
}

/** Bytes that are this part of the heap, though never fewer than `least`. */
export function partOfHeap(part: number, least: number): number {
  return Math.max(least, getHeapStatistics().heap_size_limit * part);
}
