import { ATTEMPTS_KEPT, ATTEMPTS_MS } from '../../limits/index.ts';

/** How many attempts in `ATTEMPTS_MS` each kind of thing is good for. */
export type AttemptLimits = { readonly account: number; readonly address: number };

/** What is attempted: the account, or whatever stands for one, and the address that it comes from. */
export type Attempt = { readonly account: string; readonly address: string };

type Count = { readonly sinceMs: number; failed: number };

/** Milliseconds to wait, or an attempt that was taken; `succeeded` gives it back and forgets those of the account. */
export type Taken = { readonly waitMs: number } | { readonly succeeded: () => void };

/**
 * Attempts to prove a secret, for each account and each address. One counts from its beginning, so that many at the same time
 * are not more than allowed.
 */
export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #counts = new Map<string, Count>();

  constructor(limits: AttemptLimits) {
    this.#limits = limits;
  }

  take({ account, address }: Attempt, nowMs: number): Taken {
    const ofAccount = this.#countOf(`account ${account}`, nowMs);
    const ofAddress = this.#countOf(`address ${address}`, nowMs);
    const waitMs = Math.max(
      ofAccount.failed >= this.#limits.account ? endOf(ofAccount) - nowMs : 0,
      ofAddress.failed >= this.#limits.address ? endOf(ofAddress) - nowMs : 0,
    );
    if (waitMs > 0) return { waitMs };
    ofAccount.failed += 1;
    ofAddress.failed += 1;
    return {
      succeeded: () => {
        this.#counts.delete(`account ${account}`);
        ofAddress.failed -= 1;
      },
    };
  }

  #countOf(key: string, nowMs: number): Count {
    const known = this.#counts.get(key);
    // A clock that is set back must not lock anybody out for longer than usual.
    if (known !== undefined && nowMs < endOf(known) && nowMs >= known.sinceMs) return known;
    const fresh = { sinceMs: nowMs, failed: 0 };
    this.#counts.delete(key);
    this.#counts.set(key, fresh);
    if (this.#counts.size > ATTEMPTS_KEPT) {
      const [oldest = key] = this.#counts.keys();
      this.#counts.delete(oldest);
    }
    return fresh;
  }
}

function endOf({ sinceMs }: Count): number {
  return sinceMs + ATTEMPTS_MS;
}
