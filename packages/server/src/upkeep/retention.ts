import type { KeptFor, Retention } from '../config/index.ts';
import { type Clock, OVER_KEPT_MS, RETENTION_EVERY_MS, RETENTION_FIRST_MS } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Expired, ExpireOptions, Over, Store } from '../store/index.ts';
import { repeatedly } from './repeatedly.ts';

type RetentionOptions = {
  readonly store: Pick<Store, 'nowMs'> & {
    readonly [log in 'decisions' | 'audit' | 'grants']: Pick<Store[log], 'expire'>;
  } & {
    readonly people: {
      readonly [kept in 'invitations' | 'apiKeys']: Pick<Store['people'][kept], 'expire'>;
    };
  };
  /** What is in force now. */
  readonly retention: () => Retention;
  readonly clock: Clock;
  readonly log: Log;
  /** In place of `RETENTION_FIRST_MS`; for tests, which cannot wait that long. */
  readonly firstMs?: number;
};

/** Deletes what is kept too long, soon after the start and then every hour, until it is disposed of. */
export function keepRetention(options: RetentionOptions): AsyncDisposable {
  const { firstMs = RETENTION_FIRST_MS } = options;
  return repeatedly({ firstMs, everyMs: RETENTION_EVERY_MS }, async (stop) => {
    await expireRows(options, stop);
    await expireOver(options, stop);
  });
}

/**
 * Rows go when both the machine's clock and the store's time say that they are old: of clocks, one that is set wrong must not take a
 * log with it. A failure of one log is said, and tried again with the next look; calls go on meanwhile.
 */
async function expireRows(
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

/** What is over, by the same two clocks. */
async function expireOver(
  { clock, log, retention, store }: RetentionOptions,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = Math.min(clock.wallMs(), store.nowMs());
  const { apiKeys, invitations } = store.people;
  for (const [name, keptMs, expire] of [
    ['grants', retention().grants, (which) => store.grants.expire(which)],
    ['invitations', OVER_KEPT_MS, (which) => invitations.expire(which)],
    ['API keys', OVER_KEPT_MS, (which) => apiKeys.expire(which)],
  ] as readonly (readonly [string, KeptFor, (which: Over) => Promise<number>])[]) {
    if (keptMs === 'forever' || signal.aborted) continue;
    try {
      const count = await expire({ nowMs, keptMs, signal });
      if (count > 0) log.info({ count }, `${name} that had been over for long are deleted`);
    } catch (error) {
      log.warn({ error: String(error) }, `${name} that have been over for long could not be deleted`);
    }
  }
}
