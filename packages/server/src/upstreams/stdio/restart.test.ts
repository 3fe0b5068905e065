import { describe, expect, it } from 'vitest';
import { FAST_FAILURE_MS, HEALTHY_MS } from '../bounds.ts';
import { afterEnd, noFailures, type RestartRecord } from './restart.ts';

function ends(livedMs: readonly (number | undefined)[]): RestartRecord {
  return livedMs.reduce<RestartRecord>(
    (record, lived) => afterEnd(record, lived === undefined ? { nowMs: 0 } : { nowMs: 0, livedMs: lived }),
    noFailures,
  );
}

describe('afterEnd', () => {
  it('waits 1 s after the first failure and doubles up to 60 s', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (count) => ends(Array(count).fill(FAST_FAILURE_MS)).notBeforeMs,
    );
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('stops a server at the fifth fast failure in a row, not at the fourth', () => {
    expect(ends([5, 5, 5, 5]).stopped).toBe(false);
    expect(ends([5, 5, 5, 5, 5]).stopped).toBe(true);
  });

  it('counts from the start again after a process that lived long enough not to be fast', () => {
    expect(ends([5, 5, 5, 5, FAST_FAILURE_MS, 5]).stopped).toBe(false);
    expect(ends([5, 5, 5, 5, FAST_FAILURE_MS - 1]).stopped).toBe(true);
  });

  it('forgets failures after a healthy life', () => {
    expect(ends([5, 5, 5, HEALTHY_MS]).notBeforeMs).toBe(1_000);
    expect(ends([5, 5, 5, HEALTHY_MS - 1]).notBeforeMs).toBe(8_000);
  });

  it('never stops a server whose command is missing, because nothing ran', () => {
    expect(ends(Array(20).fill(undefined))).toMatchObject({ stopped: false, notBeforeMs: 60_000 });
  });
});
