import type { Clock } from '../clock.ts';

const NOBODY: readonly Turn[] = [];

/** A request that waits for its turn. */
export type Turn = {
  readonly begin: () => void;
  /** Told instead of `begin` when the wait was too long. */
  readonly late: () => void;
};

export type TurnBounds = {
  /** Turns that run at once. */
  readonly running: number;
  readonly waiting: number;
  readonly waitMs: number;
};

/**
 * At most so many requests to one server run at once; the others wait in order, bounded in number and time, and leave
 * nothing behind when they give up. A server that does not answer would otherwise gather requests without end.
 */
export class Turns {
  readonly #bounds: TurnBounds;
  readonly #clock: Clock;
  readonly #waiting = new Map<Turn, () => void>();
  #running = 0;

  constructor(bounds: TurnBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  /** Begins now or later; `full` when too many wait already. Whatever began must end with `done`. */
  take(turn: Turn): 'begun' | 'waits' | 'full' {
    if (this.#running < this.#bounds.running) {
      this.#running += 1;
      turn.begin();
      return 'begun';
    }
    if (this.#waiting.size >= this.#bounds.waiting) return 'full';
    const cancel = this.#clock.after(this.#bounds.waitMs, () => {
      this.#waiting.delete(turn);
      turn.late();
    });
    this.#waiting.set(turn, cancel);
    return 'waits';
  }

  /** A turn that has not begun is given up. */
  leave(turn: Turn): void {
    this.#waiting.get(turn)?.();
    this.#waiting.delete(turn);
  }

  /** A turn that began is over. */
  done(): void {
    const [next] = this.#waiting.size === 0 ? NOBODY : this.#waiting.keys();
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.leave(next);
    next.begin();
  }
}
