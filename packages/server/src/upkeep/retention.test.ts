import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DAY_MS, decisionRow, TestClock } from '../store/conformance/fixtures.ts';
import { openSqliteStore } from '../store/index.ts';
import { keepRetention } from './retention.ts';

it('a clock that is set a year ahead deletes nothing, and time that passes does', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-retention-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  await using store = await openSqliteStore({ directory, clock });
  await store.journal.record(decisionRow({ atMs: clock.wallMs() }));
  const looked = async (): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    await using _ = keepRetention({
      store: {
        nowMs: () => store.nowMs(),
        audit: store.audit,
        grants: store.grants,
        people: store.people,
        decisions: {
          async expire(beforeMs, how) {
            const expired = await store.decisions.expire(beforeMs, how);
            resolve(expired.rows);
            return expired;
          },
        },
      },
      retention: () => ({ decisions: 30 * DAY_MS, audit: 'forever', grants: 'forever' }),
      clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      firstMs: 1,
    });
    return await promise;
  };
  clock.stepWall(365 * DAY_MS);
  expect(await looked()).toBe(0);
  clock.stepWall(-365 * DAY_MS);
  clock.pass(31 * DAY_MS);
  expect(await looked()).toBe(1);
});
