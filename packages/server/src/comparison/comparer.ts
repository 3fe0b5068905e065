import { Worker } from 'node:worker_threads';
import type { Widens } from '@boomgate/engine';
import { COMPARISON_MEMORY_MB, COMPARISON_MS, COMPARISONS_WAITING } from '../limits/index.ts';
import type { Pair } from './worker.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);
/** Neither proven nor shown. */
const UNKNOWN: Widens = { verdict: 'unknown', how: 'search', widened: [], tried: 0 };

export type ComparerOptions = { readonly withinMs?: number };

/** Compares one pair of policies after the other. */
export class Comparer {
  readonly #withinMs: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ withinMs = COMPARISON_MS }: ComparerOptions = {}) {
    this.#withinMs = withinMs;
  }

  /** Of canonical documents. `unknown` also when it took too long, failed, or too many others wait. Never rejects. */
  async widens(pair: Pair): Promise<Widens> {
    if (pair.before === pair.after) return { verdict: 'no', how: 'exact', widened: [], tried: 0 };
    if (this.#waiting >= COMPARISONS_WAITING) return UNKNOWN;
    this.#waiting += 1;
    const found = this.#last.then(() => this.#compare(pair));
    this.#last = found;
    try {
      return await found;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #compare(pair: Pair): Promise<Widens> {
    const worker = new Worker(SCRIPT, {
      workerData: pair,
      resourceLimits: { maxOldGenerationSizeMb: COMPARISON_MEMORY_MB },
    });
    const found = new Promise<Widens>((resolve) => {
      const timer = setTimeout(resolve, this.#withinMs, UNKNOWN);
      const settle = (widens: Widens) => {
        clearTimeout(timer);
        resolve(widens);
      };
      worker.once('message', settle);
      worker.once('error', () => settle(UNKNOWN));
      worker.once('exit', () => settle(UNKNOWN));
    });
    const widens = await found;
    await worker.terminate();
    return widens;
  }
}
