import { expect, it } from 'vitest';
import { admit, admitMany, decisionRow, TestClock, units, windowDemand } from '../store/conformance/index.ts';
import { sqlitePlace } from '../store/sqlite/fixtures.ts';
import { whileCurrent } from './while-current.ts';

it('sends nothing that was judged before a standstill, and gives back what was taken for it', async () => {
  const place = await sqlitePlace();
  try {
    await using store = await place.open(new TestClock(), 'gateway');
    let isCurrent = true;
    const journal = whileCurrent(store.journal, () => isCurrent);
    const one = { ...store, journal };
    const demand = windowDemand({ max: units(1) });
    const late = admit(one, demand);
    isCurrent = false;
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    await expect(admit(one, demand)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(journal.record(decisionRow())).rejects.toMatchObject({ code: 'unavailable' });
    await journal.flush();
    const rows = await store.decisions.query({ limit: 9 });
    expect(rows).toMatchObject([{ row: { forwarded: true }, outcomeRow: { status: 'cancelled' } }]);
    isCurrent = true;
    expect(await admitMany(one, 3, demand)).toHaveLength(1);
    const refused = admit(one, demand);
    isCurrent = false;
    expect((await refused).result.ok).toBe(false);
  } finally {
    await place.dispose();
  }
});
