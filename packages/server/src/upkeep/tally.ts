import { type Clock, TALLIES_KEPT_MS, TALLY_EVERY_MS } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Store } from '../store/index.ts';
import { repeatedly } from './repeatedly.ts';

type TallyOptions = {
  readonly store: Pick<Store, 'nowMs' | 'stats'>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Counts decisions beside the calls, and forgets counts that are kept too long, until it is disposed of. */
export function keepTallies({ clock, log, store }: TallyOptions): AsyncDisposable {
  return repeatedly({ everyMs: TALLY_EVERY_MS }, async (stop) => {
    const { stats } = store;
    try {
      await stats.advance({ signal: stop });
      // As with the rows themselves, a clock that is set wrong takes nothing away.
      const nowMs = Math.min(clock.wallMs(), store.nowMs());
      for (const width of ['hour', 'day'] as const)
        if (!stop.aborted) await stats.forget(width, nowMs - TALLIES_KEPT_MS[width]);
    } catch (error) {
      log.warn({ error: String(error) }, 'decisions could not be counted; the next look goes on from there');
    }
  });
}
