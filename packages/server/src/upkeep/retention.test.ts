import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { KeptFor } from '../config/index.ts';
import { DAY_MS, decisionRow, TestClock } from '../store/conformance/fixtures.ts';
import { newGrant } from '../store/conformance/grants.ts';
import { openSqliteStore } from '../store/index.ts';
import { keepRetention } from './retention.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

it('no grant goes by a clock that is set ahead, nor one that is kept for ever', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-retention-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  await using store = await openSqliteStore({ directory, clock });
  await store.grants.create(newGrant(), 'ab'.repeat(32));
  await store.grants.setState('g1', 'revoked');
  const leftAfterLook = async (grants: KeptFor): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { invitations } = store.people;
    // What is looked at last.
    const apiKeys = { expire: async () => resolve() ?? 0 };
    await using _ = keepRetention({
      store: { ...store, nowMs: () => store.nowMs(), people: { invitations, apiKeys } },
      retention: () => ({ decisions: 'forever', audit: 'forever', grants }),
      ...{ clock, log: SILENT, firstMs: 1 },
    });
    await promise;
    return (await store.grants.list()).length;
  };
  clock.stepWall(365 * DAY_MS);
  expect(await leftAfterLook(30 * DAY_MS)).toBe(1);
  clock.stepWall(-365 * DAY_MS);
  clock.pass(31 * DAY_MS);
  expect(await leftAfterLook('forever')).toBe(1);
  expect(await leftAfterLook(30 * DAY_MS)).toBe(0);
});

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
      log: SILENT,
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
