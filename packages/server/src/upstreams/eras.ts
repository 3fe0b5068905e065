import { LEGACY_VERDICT_MS, REPROBE_MS } from './bounds.ts';
import type { Clock } from './clock.ts';
import type { Era } from './contract.ts';
import type { Failing } from './failures.ts';

/** How a server is spoken to. */
export type Manner = {
  readonly kind: 'verdict';
  readonly era: Era;
  readonly transport: 'http' | 'sse' | 'stdio';
  /** Only its handshake will tell whether the address speaks Streamable HTTP at all (P §2.4). */
  readonly unsure?: true;
};

/** What a probe finds: a manner, or a failure that says nothing of it. */
export type Verdict = Manner | Failing;

/** The manner of one server: configured, or probed once for everybody and remembered with its date. */
export type Eras = {
  /** The verdict that still holds, without asking. */
  readonly known: () => Manner | undefined;
  /** The last verdict, whether it still holds or not. */
  readonly last: () => Manner | undefined;
  readonly decide: () => Promise<Verdict>;
  /** Evidence against the verdict: the next use probes again, unless the last probe was just now. */
  readonly doubt: () => void;
  /** The handshake of an unsure verdict came to this: accepted, or refused so that the last step of the probe is due. */
  readonly settle: (accepted: boolean) => Promise<Manner | undefined>;
};

export type Probes = {
  readonly probe: () => Promise<Verdict>;
  /** The last step: whether the address is that of an HTTP+SSE server. */
  readonly findsSse?: () => Promise<boolean>;
};

export function openEras(configured: Manner | undefined, probes: Probes, clock: Clock): Eras {
  return configured === undefined ? new ProbedEras(probes, clock) : fixed(configured);
}

function fixed(manner: Manner): Eras {
  return {
    known: () => manner,
    last: () => manner,
    decide: async () => manner,
    doubt: () => {},
    settle: async () => manner,
  };
}

class ProbedEras implements Eras {
  readonly #probes: Probes;
  readonly #clock: Clock;
  #last: { readonly manner: Manner; readonly decidedAtMs: number } | undefined;
  #isDoubted = false;
  #probing: Promise<Verdict> | undefined;
  #settling: Promise<Manner | undefined> | undefined;

  constructor(probes: Probes, clock: Clock) {
    this.#probes = probes;
    this.#clock = clock;
  }

  known(): Manner | undefined {
    return this.#last?.manner.unsure === true ? undefined : this.#believed();
  }

  last(): Manner | undefined {
    return this.#last?.manner;
  }

  decide(): Promise<Verdict> {
    const manner = this.#believed();
    if (manner !== undefined) return Promise.resolve(manner);
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  doubt(): void {
    if (this.#last !== undefined && this.#clock.now() - this.#last.decidedAtMs >= REPROBE_MS)
      this.#isDoubted = true;
  }

  settle(accepted: boolean): Promise<Manner | undefined> {
    this.#settling ??= this.#settle(accepted).finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  #believed(): Manner | undefined {
    if (this.#last === undefined || this.#isDoubted) return undefined;
    const { manner, decidedAtMs } = this.#last;
    const isExpired = manner.era === 'legacy' && this.#clock.now() - decidedAtMs >= LEGACY_VERDICT_MS;
    return isExpired ? undefined : manner;
  }

  async #probe(): Promise<Verdict> {
    const verdict = await this.#probes.probe();
    this.#isDoubted = false;
    if (verdict.kind === 'failing') {
      // An old verdict is better than none while the server cannot be asked.
      return this.#last?.manner ?? verdict;
    }
    const last = this.#last?.manner;
    // Asked in the manner of another transport, an HTTP+SSE server never answers more clearly.
    const wasSse = verdict.unsure === true && last?.transport === 'sse';
    const manner = wasSse && (await this.#probes.findsSse?.()) === true ? last : verdict;
    this.#last = { manner, decidedAtMs: this.#clock.now() };
    return manner;
  }

  async #settle(accepted: boolean): Promise<Manner | undefined> {
    const manner = this.#last?.manner;
    if (manner?.unsure !== true) return manner;
    const isSse = !accepted && (await this.#probes.findsSse?.()) === true;
    // Refused by both, it stays unsure, so that a server that is only starting is asked again.
    if (!accepted && !isSse) return undefined;
    const settled: Manner = { kind: 'verdict', era: 'legacy', transport: isSse ? 'sse' : 'http' };
    this.#last = { manner: settled, decidedAtMs: this.#clock.now() };
    return settled;
  }
}
