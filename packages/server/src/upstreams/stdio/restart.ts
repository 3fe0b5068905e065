import { BACKOFF_FIRST_MS, BACKOFF_LAST_MS, FAST_FAILURE_MS, FAST_FAILURES, HEALTHY_MS } from '../bounds.ts';

/** What is remembered of a process's failures, to decide when it may start again (gateway §6). */
export type RestartRecord = {
  /** In a row, without a healthy life between. */
  readonly failures: number;
  readonly fastFailures: number;
  /** Milliseconds since the epoch before which nothing starts. */
  readonly notBeforeMs: number;
  readonly stopped: boolean;
};

export const noFailures: RestartRecord = { failures: 0, fastFailures: 0, notBeforeMs: 0, stopped: false };

export type End = {
  readonly nowMs: number;
  /** How long the process lived; absent when nothing could be started, which never stops a server. */
  readonly livedMs?: number;
};

/** The record after a process ended without being asked to. */
export function afterEnd(record: RestartRecord, { nowMs, livedMs }: End): RestartRecord {
  const failures = livedMs !== undefined && livedMs >= HEALTHY_MS ? 1 : record.failures + 1;
  const isFast = livedMs !== undefined && livedMs < FAST_FAILURE_MS;
  const keepsCount = livedMs === undefined;
  const fastFailures = isFast ? record.fastFailures + 1 : keepsCount ? record.fastFailures : 0;
  const waitMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1));
  return { failures, fastFailures, notBeforeMs: nowMs + waitMs, stopped: fastFailures >= FAST_FAILURES };
}
