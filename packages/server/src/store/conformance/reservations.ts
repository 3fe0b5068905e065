import type { Micros } from '@boomgate/engine';
import { expect, it } from 'vitest';
import {
  admit,
  admitMany,
  DAY_MS,
  MINUTE_MS,
  RESULT,
  runningDemand,
  type Start,
  units,
  windowDemand,
} from './fixtures.ts';

export function describeReservations(start: Start): void {
  describeTaking(start);
  describeSettling(start);
  describeKeeping(start);
  describeLooking(start);
}

function describeTaking(start: Start): void {
  it('admits exactly 50 of 500 parallel calls at a limit of 50', async () => {
    const { store } = await start();
    expect(await admitMany(store, 500, windowDemand())).toHaveLength(50);
    expect(await admitMany(store, 50, windowDemand())).toHaveLength(0);
  });

  it('admits 3 of 100 parallel calls of 30,000 at a cap of 100,000', async () => {
    const { store } = await start();
    const spend = windowDemand({ max: units(100_000), amount: units(30_000) });
    expect(await admitMany(store, 100, spend)).toHaveLength(3);
  });

  it('takes all demands of a call or none', async () => {
    const { store } = await start();
    const rate = windowDemand({ key: 'rate', max: units(5) });
    const spend = windowDemand({ key: 'spend', max: units(2), rule: '/tools/t/limits/spend' });
    const taken = await admitMany(store, 4, rate, spend);
    expect(taken).toHaveLength(2);
    expect(await admitMany(store, 10, rate)).toHaveLength(3);
  });

  it('names the demand that refused, when to come again, and the usage', async () => {
    const { store, clock } = await start();
    const demand = windowDemand({ max: units(1) });
    await admit(store, demand);
    clock.pass(10_000);
    const { result } = await admit(store, demand);
    expect(result).toMatchObject({ ok: false, refused: demand });
    expect(result.ok ? 0 : result.retryAfterMs).toBe(50_001);
    expect(result.usage).toEqual([
      { rule: demand.rule, counter: demand.counter, before: 1, after: 1, max: 1 },
    ]);
  });
}

function describeSettling(start: Start): void {
  it('gives back exactly what was taken, once', async () => {
    const { store, reopen } = await start();
    const demand = windowDemand({ max: units(10), amount: units(4) });
    const [first, second] = await admitMany(store, 2, demand);
    if (!first || !second) throw new Error('expected two admissions');
    store.journal.settle(first, 'given_back', RESULT);
    store.journal.settle(first, 'given_back', RESULT);
    store.journal.settle(second, 'kept', RESULT);
    await store.journal.flush();
    store.journal.settle(second, 'given_back', RESULT);
    expect((await store.journal.peek([demand])).usage[0]?.before).toBe(4);
    expect((await store.decisions.query({ limit: 10 })).filter(({ outcomeRow }) => outcomeRow)).toHaveLength(
      2,
    );
    expect((await (await reopen()).journal.peek([demand])).usage[0]?.before).toBe(4);
  });

  it('gives back to the counter before a call that was queued later is judged', async () => {
    const { store } = await start();
    const demand = windowDemand({ max: units(1) });
    store.journal.settle(await admit(store, demand), 'given_back', RESULT);
    expect((await admit(store, demand)).result.ok).toBe(true);
  });

  it('frees the place of a call in flight when it is settled, whatever its fate', async () => {
    const { store } = await start();
    const demand = runningDemand(2);
    const [first, second] = await admitMany(store, 5, demand);
    expect(await admitMany(store, 1, demand)).toHaveLength(0);
    if (first) store.journal.settle(first, 'kept', RESULT);
    expect(await admitMany(store, 3, demand)).toHaveLength(1);
    if (second) store.journal.settle(second, 'given_back', RESULT);
    expect(await admitMany(store, 3, demand)).toHaveLength(1);
  });

  it('has nothing in flight after a restart', async () => {
    const { store, reopen } = await start();
    await admitMany(store, 2, runningDemand(2));
    expect(await admitMany(await reopen(), 5, runningDemand(2))).toHaveLength(2);
  });

  it('takes nothing when it only looks', async () => {
    const { store } = await start();
    const demand = windowDemand({ max: units(1) });
    for (let look = 0; look < 5; look += 1)
      expect((await store.journal.peek([demand, runningDemand(1)])).ok).toBe(true);
    expect((await admit(store, demand, runningDemand(1))).result.ok).toBe(true);
    expect((await store.journal.peek([demand])).ok).toBe(false);
  });
}

function describeKeeping(start: Start): void {
  it('keeps the usage of a window across a restart', async () => {
    const { store, reopen, clock } = await start();
    await admitMany(store, 49, windowDemand());
    clock.pass(1_000);
    expect(await admitMany(await reopen(), 2, windowDemand())).toHaveLength(1);
    expect(await admitMany(await reopen(), 2, windowDemand())).toHaveLength(0);
  });

  it('keeps the largest amounts exactly across a restart', async () => {
    const { store, reopen } = await start();
    const most = Number.MAX_SAFE_INTEGER as Micros; // a cast: the largest amount there is
    const demand = windowDemand({ max: most, amount: (most - 1) as Micros });
    await admit(store, demand);
    const again = await reopen();
    expect(await admitMany(again, 3, { ...demand, amount: 1 as Micros })).toHaveLength(1);
  });

  it('keeps counters apart whose keys differ', async () => {
    const { store } = await start();
    const one = windowDemand({ max: units(1), key: '1:a3:b.c' });
    expect(await admitMany(store, 2, one)).toHaveLength(1);
    expect(await admitMany(store, 2, { ...one, key: '3:a.b1:c' })).toHaveLength(1);
  });

  it('judges by a lowered limit at once and does not forget when the window grows', async () => {
    const { store, reopen, clock } = await start();
    await admitMany(store, 5, windowDemand());
    expect((await admit(store, windowDemand({ max: units(3) }))).result.ok).toBe(false);
    clock.pass(10);
    const daily = windowDemand({ windowMs: DAY_MS, max: units(6) });
    expect(await admitMany(store, 9, daily)).toHaveLength(1);
    clock.pass(2 * MINUTE_MS);
    expect(await admitMany(await reopen(), 9, daily)).toHaveLength(0);
  });
}

function describeLooking(start: Start): void {
  const minute = { reset: 'rolling', windowMs: MINUTE_MS, timeZone: 'UTC' } as const;

  it('says how much of counters is used, the fullest first, and when there is room again', async () => {
    const { store, clock } = await start();
    const demandOf = (key: string, amount = 1) =>
      windowDemand({ key, max: units(10), amount: units(amount) });
    await admit(store, demandOf('4:some1:a', 2));
    clock.pass(1_000);
    await admit(store, demandOf('4:some1:b', 5), demandOf('5:other1:a', 7));
    const one = { kind: 'one', key: '4:some1:a' } as const;
    const some = { kind: 'many', prefix: '4:some', matches: (key: string) => key !== '4:some1:c' } as const;

    const { counters } = await store.journal.inUse({ counters: one, window: minute });
    expect(counters).toEqual([{ used: units(2), freesInMs: MINUTE_MS - 999 }]);
    await admit(store, demandOf('4:some1:c', 9));
    const many = await store.journal.inUse({ counters: some, window: minute });
    expect(many).toMatchObject({ isComplete: true, counters: [{ used: units(5) }, { used: units(2) }] });
    clock.pass(MINUTE_MS - 500);
    const later = await store.journal.inUse({ counters: some, window: minute });
    expect(later.counters).toMatchObject([{ used: units(5) }]);
    const nobody = { ...some, prefix: '6:nobody' };
    expect((await store.journal.inUse({ counters: nobody, window: minute })).counters).toEqual([]);
  });

  it('says how many calls of counters are in flight', async () => {
    const { store } = await start();
    const demand = runningDemand(5);
    const admission = await admit(store, demand);
    await admit(store, demand);
    const some = { kind: 'many', prefix: '1:s7:', matches: (key: string) => key === demand.key } as const;
    expect((await store.journal.inUse({ counters: some })).counters).toEqual([{ used: 2 }]);
    store.journal.settle(admission, 'kept', RESULT);
    await store.journal.flush();
    expect((await store.journal.inUse({ counters: some })).counters).toEqual([{ used: 1 }]);
    const one = { kind: 'one', key: demand.key } as const;
    expect((await store.journal.inUse({ counters: one })).counters).toEqual([{ used: 1 }]);
  });
}
