import { expect, it } from 'vitest';
import type { Store } from '../contract.ts';
import { act } from './audit.ts';
import { admitMany, DAY_MS, decisionRow, RESULT, type Start, type TestClock } from './fixtures.ts';

/** Calls of one moment, all but the last with outcomes. */
async function call(store: Store, clock: TestClock, count: number): Promise<void> {
  const row = () => decisionRow({ atMs: clock.wallMs(), session: `s${clock.wallMs()}` });
  const admissions = await Promise.all(Array.from({ length: count }, () => store.journal.admit([], row)));
  for (const admission of admissions.slice(0, -1)) store.journal.settle(admission, 'kept', RESULT);
  await store.journal.flush();
}

export function describeRetention(start: Start): void {
  it('deletes what is older, keeps the chain checkable, and says so in an audit row', async () => {
    const { store, clock, reopen } = await start();
    await call(store, clock, 450);
    clock.pass(DAY_MS);
    await call(store, clock, 20);
    const { head } = await store.decisions.verify();
    const expired = await store.decisions.expire(clock.wallMs());
    expect(expired).toMatchObject({ rows: 450, checkpoint: { rows: 450, cursor: 450, by: 'gateway' } });
    expect(expired).not.toHaveProperty('fault');
    expect(await store.decisions.query({ limit: 1_000 })).toHaveLength(20);
    const again = await reopen();
    await call(again, clock, 5);
    const report = await again.decisions.verify(head);
    expect(report).toMatchObject({ findings: [], checkpoint: expired.checkpoint });
    expect(await again.audit.query({ limit: 5, action: 'decisions' })).toMatchObject([
      {
        action: 'decisions.expired',
        after: { rows: 450, link: expired.checkpoint?.link, hash: expired.checkpoint?.hash },
      },
    ]);
    expect((await again.audit.verify()).findings).toEqual([]);
    expect(await again.decisions.expire(clock.wallMs() - 1)).toEqual({ rows: 0 });
  });

  it('never deletes beyond the first row that is not older', async () => {
    const { store, clock } = await start();
    for (const passed of [0, DAY_MS, -DAY_MS]) {
      clock.stepWall(passed);
      await call(store, clock, 2);
    }
    expect(await store.decisions.expire(clock.wallMs() + 1)).toMatchObject({ rows: 2 });
    expect(await store.decisions.query({ limit: 10 })).toHaveLength(4);
    expect((await store.decisions.verify()).findings).toEqual([]);
  });

  it('goes on counting when everything was deleted', async () => {
    const { store, clock, reopen } = await start();
    await call(store, clock, 10);
    expect(await store.decisions.expire(clock.wallMs() + 1)).toMatchObject({ rows: 10 });
    const again = await reopen();
    expect(await again.decisions.verify()).toMatchObject({ findings: [] });
    await call(again, clock, 1);
    expect((await again.decisions.query({ limit: 10 })).map(({ cursor }) => cursor)).toEqual([11]);
    expect((await again.decisions.verify()).findings).toEqual([]);
    expect(await again.decisions.expire(clock.wallMs() + 1)).toMatchObject({ checkpoint: { rows: 11 } });
    expect((await again.decisions.verify()).findings).toEqual([]);
  });

  it('lets calls be recorded meanwhile, and knows who makes them', async () => {
    const { store, clock } = await start();
    await call(store, clock, 600);
    clock.pass(DAY_MS);
    const before = clock.wallMs();
    await call(store, clock, 1);
    const deleting = store.decisions.expire(before);
    const admitted = await admitMany(store, 300);
    for (const admission of admitted) store.journal.settle(admission, 'kept', RESULT);
    await store.journal.flush();
    expect(await deleting).toMatchObject({ rows: 600 });
    await call(store, clock, 3);
    const kept = await store.decisions.query({ limit: 1_000 });
    expect(kept).toHaveLength(304);
    expect((await store.decisions.verify()).findings).toEqual([]);
  });

  it('deletes acts too, but the row that says so', async () => {
    const { store, clock } = await start();
    for (let count = 0; count < 250; count += 1) await store.audit.record(act());
    clock.pass(DAY_MS);
    await store.audit.record(act());
    const { head } = await store.audit.verify();
    const expired = await store.audit.expire(clock.wallMs(), { by: act().actor });
    expect(expired).toMatchObject({ rows: 250, checkpoint: { link: 250, by: 'Ada' } });
    expect((await store.audit.query({ limit: 10 })).map(({ action }) => action)).toEqual([
      'server.updated',
      'audit.expired',
    ]);
    expect(await store.audit.verify(head)).toMatchObject({ findings: [], checkpoint: expired.checkpoint });
  });
}
