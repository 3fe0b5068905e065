import type { Clock } from './clock.ts';

export type PatienceLimits = {
  readonly clock: Clock;
  /** Milliseconds of silence. */
  readonly idleMs: number;
  /** Milliseconds for everything, whatever the server sends meanwhile. */
  readonly longestMs: number;
};

/** How long one request is waited for: silence is bounded, unless a person is being asked, and so is the whole. */
export class Patience {
  readonly #limits: PatienceLimits;
  #onOver: ((which: 'idle' | 'longest') => void) | undefined;
  #cancelIdle: (() => void) | undefined;
  #cancelLongest: (() => void) | undefined;
  #held = 0;

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** Begins to count; again for a request that is read on over another stream, whose whole time goes on. */
  begin(onOver: (which: 'idle' | 'longest') => void): void {
    this.#onOver = onOver;
    this.touch();
  }

  /** The server gave a sign of life. The bound of the whole is set only now: silence alone ends before it. */
  touch(): void {
    if (this.#onOver === undefined) return;
    const { clock, idleMs, longestMs } = this.#limits;
    const isRenewed = this.#cancelIdle !== undefined || this.#held > 0;
    if (isRenewed) this.#cancelLongest ??= clock.after(longestMs, () => this.#onOver?.('longest'));
    this.#cancelIdle?.();
    this.#cancelIdle = this.#held > 0 ? undefined : clock.after(idleMs, () => this.#onOver?.('idle'));
  }

  /** A question is open: silence counts again only when the last one is released. */
  hold(): () => void {
    this.#held += 1;
    this.touch();
    return () => {
      this.#held -= 1;
      this.touch();
    };
  }

  /** Nothing is waited for any more; no timer is left. */
  end(): void {
    this.#onOver = undefined;
    this.#cancelIdle?.();
    this.#cancelLongest?.();
    this.#cancelIdle = undefined;
    this.#cancelLongest = undefined;
  }
}
