import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DAY_MS, decisionRow, TestClock } from '../conformance/fixtures.ts';
import { openDatabase } from './driver.ts';
import { openSqliteStore } from './open.ts';

const SESSIONS = 5;

it('callers whose decisions a run deleted that came no further are deleted by the next', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-callers-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  await using store = await openSqliteStore({ directory, clock });
  const sessions = (): readonly string[] => {
    const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 1_000 });
    const rows = database.prepare<{ session: string }>('select session from callers order by id').all();
    database.close();
    return rows.map(({ session }) => session);
  };
  const call = (session: string) => store.journal.record(decisionRow({ atMs: clock.wallMs(), session }));
  for (let at = 0; at < SESSIONS; at += 1) await call(`old ${at}`);
  clock.pass(DAY_MS);
  const betweenMs = clock.wallMs();
  // Stopped after the rows, and before who called in them.
  let looks = 0;
  const stop = Object.defineProperty(new AbortController().signal, 'aborted', { get: () => looks++ > 0 });
  expect(await store.decisions.expire(betweenMs, { signal: stop })).toMatchObject({ rows: SESSIONS });
  expect(sessions()).toHaveLength(SESSIONS);
  await call('later');
  clock.pass(DAY_MS);
  await call('newest');
  expect(await store.decisions.expire(clock.wallMs())).toMatchObject({ rows: 1 });
  expect(sessions()).toEqual(['newest']);
});
