import { Worker } from 'node:worker_threads';
import { BRIEF_EFFORT, parsePolicy, type Widens, widensAccess } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';
import {
  BRIEF_COMPARISON_CHARACTERS,
  COMPARISON_MEMORY_MB,
  COMPARISON_MS,
  COMPARISONS_WAITING,
} from '../limits/index.ts';
import type { Pair } from './worker.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);
/** Neither proven nor shown. */
const UNKNOWN: Widens = { verdict: 'unknown', how: 'search', widened: [], tried: 0 };

/** What is found out on the event loop, within some 100 ms; undefined of what would be long to read alone. */
function brief({ after, before }: Pair): Widens | undefined {
  if (before.length + after.length > BRIEF_COMPARISON_CHARACTERS) return undefined;
  const [one, other] = [parsePolicy(before, engineFunctions), parsePolicy(after, engineFunctions)];
  if (!one.ok || !other.ok) return undefined;
  return widensAccess({ before: one.policy, after: other.policy, effort: BRIEF_EFFORT }, engineFunctions);
}

type ComparerOptions = { readonly withinMs?: number };

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
    const briefly = brief(pair);
    if (briefly !== undefined && briefly.verdict !== 'unknown') return briefly;
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
