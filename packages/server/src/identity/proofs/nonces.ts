import { hkdfSync, timingSafeEqual } from 'node:crypto';

const STEP_MS = 60_000;

/**
 * What a client whose clock is off puts into its proofs in place of the time. Nothing is kept of them: each minute has its own, which all
 * replicas make of the same secret, in the way of the library that answers at the endpoint for tokens.
 */
export class Nonces {
  readonly #secret: Buffer;
  #step = -1;
  /** Of this minute and of the next. */
  #good: readonly [string, string] = ['', ''];

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  /** The one to be told now. It is good for a minute at the least, and for two at the most. */
  next(wallMs: number): string {
    return this.#at(wallMs)[1];
  }

  isGood(nonce: string, wallMs: number): boolean {
    const shown = Buffer.from(nonce);
    return this.#at(wallMs).some((good) => {
      const own = Buffer.from(good);
      return own.length === shown.length && timingSafeEqual(own, shown);
    });
  }

  #at(wallMs: number): readonly [string, string] {
    const step = Math.floor(wallMs / STEP_MS);
    if (step !== this.#step) {
      this.#good = [this.#of(step), this.#of(step + 1)];
      this.#step = step;
    }
    return this.#good;
  }

  #of(step: number): string {
    const salt = Buffer.alloc(8);
    salt.writeUInt32BE(step, 4);
    return Buffer.from(hkdfSync('sha256', this.#secret, salt, 'DPoP', 32)).toString('base64url');
  }
}
