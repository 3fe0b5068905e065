import { AFTERMATH_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';

/**
 * The calls that were given up but may still run at the server: what it says meanwhile without naming a call could be
 * theirs, so that it must not be taken for another's.
 */
export class Aftermath {
  readonly #clock: Clock;
  readonly #untilMs = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(id: number): void {
    this.isOpen();
    this.#untilMs.set(id, this.#clock.now() + AFTERMATH_MS);
  }

  /** Its late answer came. */
  end(id: number): void {
    this.#untilMs.delete(id);
  }

  /** Whether any call may still speak; forgets those that cannot. */
  isOpen(): boolean {
    // All last equally long, so that they are over in the order in which they began.
    for (const [id, untilMs] of this.#untilMs) {
      if (this.#clock.now() < untilMs) return true;
      this.#untilMs.delete(id);
    }
    return false;
  }
}
