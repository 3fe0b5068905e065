import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, TALLIES_KEPT_MS, TALLY_EVERY_MS } from './limits/index.ts';
import type { Log } from './proxy/index.ts';
import type { Store } from './store/index.ts';

/** Counts decisions beside the calls, and forgets counts that are kept too long, until it is disposed of. */
export function keepTallies(options: {
  readonly store: Pick<Store, 'stats'>;
  readonly clock: Clock;
  readonly log: Log;
}): AsyncDisposable {
  const stop = new AbortController();
  const running = run(options, stop.signal);
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return running;
    },
  };
}

async function run(
  { clock, log, store: { stats } }: Parameters<typeof keepTallies>[0],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await wait(TALLY_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    try {
      if (!signal.aborted) await stats.advance({ signal });
      for (const width of ['hour', 'day'] as const)
        if (!signal.aborted) await stats.forget(width, clock.wallMs() - TALLIES_KEPT_MS[width]);
    } catch (error) {
      log.warn({ error: String(error) }, 'decisions could not be counted; the next look goes on from there');
    }
  }
}
