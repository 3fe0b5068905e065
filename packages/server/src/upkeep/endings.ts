import { type Clock, ENDING } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Store } from '../store/index.ts';
import { repeatedly } from './repeatedly.ts';

type EndingOptions = {
  readonly store: Pick<Store, 'endings'>;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Log;
  /** In place of `ENDING.firstMs`; for tests, which cannot wait that long. */
  readonly firstMs?: number;
};

/** Has others told of grants and API keys that end soon, soon after the start and then every hour, until it is disposed of. */
export function keepTellingEnds({
  clock,
  log,
  store,
  firstMs = ENDING.firstMs,
}: EndingOptions): AsyncDisposable {
  return repeatedly({ firstMs, everyMs: ENDING.everyMs }, async (signal) => {
    try {
      await store.endings.tell({ nowMs: clock.wallMs(), signal });
    } catch (error) {
      log.warn({ error: String(error) }, 'nobody could be told of what ends soon; the next look tries again');
    }
  });
}
