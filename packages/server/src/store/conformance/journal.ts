import { expect, it } from 'vitest';
import {
  admit,
  admitMany,
  decisionRow,
  RESULT,
  runningDemand,
  type Start,
  units,
  windowDemand,
} from './fixtures.ts';

export function describeJournal(start: Start): void {
  it('refuses only the call whose description fails, and takes nothing for it', async () => {
    const { store } = await start();
    const demand = windowDemand({ max: units(2) });
    const broken = store.journal.admit([demand, runningDemand(3)], () => {
      throw new Error('no description');
    });
    const others = admitMany(store, 3, demand, runningDemand(3));
    await expect(broken).rejects.toThrow('no description');
    expect(await others).toHaveLength(2);
    expect(await store.decisions.query({ limit: 10 })).toHaveLength(3);
  });

  it('refuses only the call whose row does not fit the log', async () => {
    const { store } = await start();
    const demand = windowDemand({ max: units(1) });
    const misfit = decisionRow({ policyVersion: undefined as never }); // a cast: a row that the types forbid
    const broken = store.journal.admit([demand], () => misfit);
    const sound = admit(store, demand);
    await expect(broken).rejects.toThrow();
    expect((await sound).result.ok).toBe(true);
  });

  it('writes a row for each call, also for those that were refused', async () => {
    const { store } = await start();
    await admitMany(store, 5, windowDemand({ max: units(2) }));
    await store.journal.record(decisionRow({ outcome: 'deny', forwarded: false }));
    const outcomes = (await store.decisions.query({ limit: 100 })).map(({ row }) => row.outcome);
    expect(outcomes).toEqual(['allow', 'allow', 'limit', 'limit', 'limit', 'deny']);
  });

  it('has the record of a call before it answers, also when it is opened anew', async () => {
    const { store, reopen } = await start();
    const { id } = await admit(store);
    expect((await store.decisions.query({ limit: 1 }))[0]?.row.id).toBe(id);
    expect((await (await reopen()).decisions.query({ limit: 1 }))[0]?.row.id).toBe(id);
  });

  it('writes the outcomes that wait when it is closed', async () => {
    const { store, reopen } = await start();
    store.journal.settle(await admit(store), 'kept', RESULT);
    const [entry] = await (await reopen()).decisions.query({ limit: 1 });
    expect(entry?.outcomeRow).toEqual(RESULT);
  });

  it('refuses what comes after it is closed', async () => {
    const { store, reopen } = await start();
    await reopen();
    await expect(admit(store)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.journal.peek([])).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses early when very many records wait', async () => {
    const { store } = await start();
    const refused = async (): Promise<readonly PromiseSettledResult<void>[]> => {
      const records = Array.from({ length: 12_000 }, () => store.journal.record(decisionRow()));
      return (await Promise.allSettled(records)).filter(({ status }) => status === 'rejected');
    };
    let found: readonly PromiseSettledResult<void>[] = [];
    // A sign of life of the store's own takes a place of the queue, every other second.
    await expect
      .poll(async () => {
        found = await refused();
        return found.length;
      })
      .toBe(2_000);
    expect(found[0]).toMatchObject({ reason: { code: 'unavailable' } });
    await store.ping();
  });
}
