import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { HASHES_AT_ONCE, HASHES_WAITING } from '../../limits/index.ts';

/** Argon2id with 19 MiB, 2 passes, 1 lane: the first choice of the OWASP password storage cheat sheet. */
const OPTIONS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** The gateway has too much to do already; the same may work in a moment. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Hashes and compares passwords, a few at a time and never on the event loop. */
export class Passwords {
  readonly #atOnce: number;
  readonly #queue: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<string> | undefined;

  constructor(atOnce = HASHES_AT_ONCE, queue = HASHES_WAITING) {
    this.#atOnce = atOnce;
    this.#queue = queue;
  }

  /** Of its composed form: keyboards differ in how they write an accent (RFC 8265 §4.2.2). */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize('NFC'), OPTIONS));
  }

  /** Without a hash to compare with it takes as long and is false: who asks does not learn which accounts there are. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    this.#decoy ??= hash('a password that nobody has', OPTIONS);
    const compared = passwordHash ?? (await this.#decoy);
    // As it was typed too: hashes were made of that before.
    for (const form of new Set([password.normalize('NFC'), password]))
      if (await this.#inTurn(() => verify(compared, form))) return passwordHash !== undefined;
    return false;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#queue)
        throw new BusyError(`${this.#queue} passwords already wait to be checked`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes to the next in line, or is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
