import type { KeptFor, Retention } from '../config/index.ts';
import { type Clock, RETENTION_EVERY_MS, RETENTION_FIRST_MS } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Expired, ExpireOptions, Store } from '../store/index.ts';
import { repeatedly } from './repeatedly.ts';

export type RetentionOptions = {
  readonly store: Pick<Store, 'nowMs'> & {
    readonly [log in 'decisions' | 'audit']: Pick<Store[log], 'expire'>;
  };
  /** What is in force now. */
  readonly retention: () => Retention;
  readonly clock: Clock;
  readonly log: Log;
  /** In place of `RETENTION_FIRST_MS`; for tests, which cannot wait that long. */
  readonly firstMs?: number;
};

/** Deletes rows that are kept too long, soon after the start and then every hour, until it is disposed of. */
export function keepRetention(options: RetentionOptions): AsyncDisposable {
  const { firstMs = RETENTION_FIRST_MS } = options;
  return repeatedly({ firstMs, everyMs: RETENTION_EVERY_MS }, (stop) => expireAll(options, stop));
}

/**
 * Rows go when both the machine's clock and the store's time say that they are old: of clocks, one that is set wrong must not take a
 * log with it. A failure of one log is said, and tried again with the next look; calls go on meanwhile.
 */
async function expireAll(
  { clock, log, retention, store }: RetentionOptions,
  signal: AbortSignal,
): Promise<void> {
  const { audit, decisions } = retention();
  const nowMs = Math.min(clock.wallMs(), store.nowMs());
  for (const [name, kept, expire] of [
    ['decisions', decisions, (ms, how) => store.decisions.expire(ms, how)],
    ['audit', audit, (ms, how) => store.audit.expire(ms, how)],
  ] as readonly (readonly [string, KeptFor, (beforeMs: number, how: ExpireOptions) => Promise<Expired>])[]) {
    if (kept === 'forever' || signal.aborted) continue;
    try {
      const { fault, rows } = await expire(nowMs - kept, { signal });
      if (rows > 0) log.info({ log: name, rows }, 'rows that were kept long enough are deleted');
      if (fault !== undefined) log.warn({ log: name }, fault);
    } catch (error) {
      log.warn({ log: name, error: String(error) }, 'rows that are kept too long could not be deleted');
    }
  }
}
