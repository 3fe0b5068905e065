import { Budget } from '../../budget.ts';
import type { Clock } from '../clock.ts';

/** A request that waits for its turn. */
export type Turn = {
  readonly grantId: string;
  readonly begin: () => void;
  /** Told instead of `begin` when the wait was too long. */
  readonly late: () => void;
};

export type TurnBounds = {
  /** Turns that run at once. */
  readonly running: number;
  /** Of one grant. */
  readonly ofGrant: number;
  readonly waiting: number;
  readonly waitMs: number;
};

/**
 * At most so many requests to one server run at once, fewer of one grant; the others wait in order, bounded in number and time, and
 * leave nothing behind when they give up. A server that does not answer would otherwise gather requests without end.
 */
export class Turns {
  readonly #bounds: TurnBounds;
  readonly #clock: Clock;
  readonly #running: Budget;
  readonly #waiting = new Map<Turn, () => void>();

  constructor(bounds: TurnBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#running = new Budget({ ofAll: bounds.running, ofEach: bounds.ofGrant });
  }

  /** Begins now or later; `full` when too many wait already. Whatever began must end with `done`. */
  take(turn: Turn): 'begun' | 'waits' | 'full' {
    if (this.#running.take(turn.grantId)) {
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

  /** A turn of this grant that began is over. */
  done(grantId: string): void {
    this.#running.giveBack(grantId);
    for (const next of this.#waiting.keys()) {
      if (!this.#running.take(next.grantId)) continue;
      this.leave(next);
      next.begin();
      return;
    }
  }
}
