import type { ChannelStatus } from './channel.ts';
import type { Failing } from './failures.ts';

/** What the last requests came to, for the operator: each failure that differs from the last is logged once. */
export class Health {
  readonly #log: (detail: string) => void;
  #lastFailure: Failing | undefined;
  #succeeded = false;

  constructor(log: (detail: string) => void) {
    this.#log = log;
  }

  /** Notes a failure and gives it back. */
  fail(failure: Failing): Failing {
    if (this.#lastFailure?.detail !== failure.detail) this.#log(failure.detail);
    this.#lastFailure = failure;
    return failure;
  }

  succeed(): void {
    this.#lastFailure = undefined;
    this.#succeeded = true;
  }

  status(): ChannelStatus {
    if (this.#lastFailure !== undefined) return { state: 'failing', reason: this.#lastFailure.detail };
    return { state: this.#succeeded ? 'ready' : 'idle' };
  }
}
