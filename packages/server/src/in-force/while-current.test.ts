import { expect, it } from 'vitest';
import { STALE_MS, STOOD_STILL_MS } from '../limits/index.ts';
import { admit, admitMany, decisionRow, TestClock, units, windowDemand } from '../store/conformance/index.ts';
import type { Store } from '../store/index.ts';
import { sqlitePlace } from '../store/sqlite/fixtures.ts';
import { whileCurrent } from './while-current.ts';

type Test = Readonly<{
  clock: TestClock;
  store: Store;
  journal: Store['journal'];
  /** The process stands still, as the clock tells; a look afterwards finds that something changed, or nothing. */
  stand: (ms: number, found: { readonly isNews: boolean }) => void;
}>;

async function judging(work: (test: Test) => Promise<void>): Promise<void> {
  const place = await sqlitePlace();
  try {
    const clock = new TestClock();
    await using store = await place.open(clock, 'gateway');
    let [knownToMs, changes, isNews] = [clock.monotonicMs(), 0, false];
    const journal = whileCurrent(store.journal, {
      isCurrent: () => clock.monotonicMs() - knownToMs < STALE_MS,
      catchUp: async () => {
        knownToMs = clock.monotonicMs();
        if (isNews) changes += 1;
        isNews = false;
      },
      changes: () => changes,
      monotonicMs: () => clock.monotonicMs(),
    });
    const stand: Test['stand'] = (ms, found) => {
      clock.pass(ms);
      ({ isNews } = found);
    };
    await work({ clock, store, journal, stand });
  } finally {
    await place.dispose();
  }
}

const demand = windowDemand({ max: units(1) });

it('sends nothing that was judged before a standstill in which something changed, and gives back what was taken for it', () =>
  judging(async ({ journal, stand, store }) => {
    const one = { ...store, journal };
    const late = admit(one, demand);
    // By then it is queued.
    await Promise.resolve();
    stand(STOOD_STILL_MS, { isNews: true });
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    await journal.flush();
    const rows = await store.decisions.query({ limit: 9 });
    expect(rows).toMatchObject([{ row: { forwarded: true }, outcomeRow: { status: 'cancelled' } }]);
    stand(STALE_MS, { isNews: true });
    await expect(admit(one, demand)).rejects.toMatchObject({ code: 'unavailable' });
    stand(STALE_MS, { isNews: true });
    await expect(journal.record(decisionRow())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await admitMany(one, 3, demand)).toHaveLength(1);
  }));

it('sends what was judged before a standstill in which nothing changed', () =>
  judging(async ({ journal, stand, store }) => {
    const one = { ...store, journal };
    const late = admit(one, demand);
    await Promise.resolve();
    stand(STALE_MS, { isNews: false });
    expect((await late).result.ok).toBe(true);
    stand(STALE_MS, { isNews: false });
    const refused = admit(one, demand);
    expect((await refused).result.ok).toBe(false);
    stand(STALE_MS, { isNews: false });
    await journal.record(decisionRow());
  }));

it('takes nothing while what others changed cannot be known', async () => {
  const place = await sqlitePlace();
  try {
    await using store = await place.open(new TestClock(), 'gateway');
    let isCurrent = true;
    const journal = whileCurrent(store.journal, {
      isCurrent: () => isCurrent,
      catchUp: () => undefined,
      changes: () => 0,
      monotonicMs: () => 0,
    });
    const one = { ...store, journal };
    const late = admit(one, demand);
    await Promise.resolve();
    isCurrent = false;
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    await expect(admit(one, demand)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(journal.record(decisionRow())).rejects.toMatchObject({ code: 'unavailable' });
    isCurrent = true;
    expect(await admitMany(one, 3, demand)).toHaveLength(1);
  } finally {
    await place.dispose();
  }
});
