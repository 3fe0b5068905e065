import { expect, it } from 'vitest';
import { MAX_TALLY_NAMES } from '../../limits/index.ts';
import type { Store } from '../contract.ts';
import { decisionRow, type Start } from './fixtures.ts';
import { newGrant } from './grants.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 5, 15, 12);

async function record(store: Store, ...changes: Parameters<typeof decisionRow>[0][]): Promise<void> {
  await Promise.all(changes.map((change) => store.journal.record(decisionRow(change))));
}

export function describeStats(start: Start): void {
  const day = {
    organization: 'default',
    width: 'hour',
    sinceMs: NOON,
    untilMs: NOON + 24 * HOUR_MS,
    limit: 9,
  } as const;

  it('counts each decision once by hour and by day, whoever asks how often, and after a restart', async () => {
    const { reopen, store } = await start();
    await record(
      store,
      { atMs: NOON, target: 'pay' },
      { atMs: NOON + HOUR_MS - 1, target: 'pay' },
      { atMs: NOON + HOUR_MS, target: 'read', outcome: 'deny', rule: '/tools/read/action' },
      { atMs: NOON, organization: 'other' },
      { atMs: NOON - 1, target: 'early' },
      { atMs: NOON, method: 'tools/list', outcome: 'served', target: '' },
    );
    expect(await Promise.all([store.stats.advance(), store.stats.advance()])).toEqual([true, true]);
    const again = await reopen();
    await record(again, { atMs: NOON + HOUR_MS, target: 'pay', outcome: 'limit', rule: '/l' });
    await again.stats.advance();
    expect(await again.stats.read(day)).toEqual({
      outcomes: [
        { atMs: NOON, outcome: 'allow', count: 2 },
        { atMs: NOON, outcome: 'served', count: 1 },
        { atMs: NOON + HOUR_MS, outcome: 'deny', count: 1 },
        { atMs: NOON + HOUR_MS, outcome: 'limit', count: 1 },
      ],
      tools: [
        { first: 'files', second: 'pay', count: 3 },
        { first: 'files', second: 'read', count: 1 },
      ],
      refusals: [
        { first: 'safe', second: '/l', count: 1 },
        { first: 'safe', second: '/tools/read/action', count: 1 },
      ],
      grants: [{ first: 'grant-1', second: 'laptop', count: 5 }],
    });
    const { tools } = await again.stats.read({ ...day, width: 'day', limit: 1 });
    expect(tools).toEqual([{ first: 'files', second: 'pay', count: 3 }]);
  });

  it('stops where it is told to, and goes on from there', async () => {
    const { reopen, store: before } = await start();
    await record(before, ...Array.from({ length: 600 }, () => ({ atMs: NOON })));
    const store = await reopen();
    expect(await store.stats.advance({ mostRows: 1 })).toBe(false);
    const partly = (await store.stats.read(day)).outcomes[0]?.count ?? 0;
    expect(partly).toBeGreaterThan(0);
    expect(partly).toBeLessThan(600);
    expect(await store.stats.advance()).toBe(true);
    expect((await store.stats.read(day)).outcomes).toEqual([{ atMs: NOON, outcome: 'allow', count: 600 }]);
  });

  it('does not let who wants little wait for who wants all, says until when is counted, and counts nothing twice', async () => {
    const { reopen, store: before } = await start();
    const rows = Array.from({ length: 9_000 }, (_, index) => ({ atMs: NOON + index }));
    await record(before, ...rows);
    const store = await reopen();
    const ended: string[] = [];
    const all = store.stats.advance().then(() => ended.push('all'));
    const isDone = await store.stats.advance({ mostRows: 100 });
    ended.push('little');
    // Absent once all are counted, which may be by now.
    const { countedUntilMs = NOON + rows.length - 1, outcomes } = await store.stats.read(day);
    expect(isDone).toBe(false);
    expect(countedUntilMs).toBe(NOON + (outcomes[0]?.count ?? 0) - 1);
    await all;
    expect(ended).toEqual(['little', 'all']);
    const reading = await store.stats.read(day);
    expect(reading.outcomes).toEqual([{ atMs: NOON, outcome: 'allow', count: rows.length }]);
    expect(reading).not.toHaveProperty('countedUntilMs');
  });

  it('counts names that a database cannot keep as they are', async () => {
    const { reopen, store } = await start();
    await record(store, { atMs: NOON, target: 'a\0b' }, { atMs: NOON, target: 'a\ud800b' });
    expect(await store.stats.advance()).toBe(true);
    await record(store, { atMs: NOON, target: 'a\0b' });
    const again = await reopen();
    expect(await again.stats.advance()).toBe(true);
    expect((await again.stats.read(day)).tools).toEqual([{ first: 'files', second: 'a\ufffdb', count: 3 }]);
  });

  it('counts names beyond the bound of an hour together', async () => {
    const { store } = await start();
    const named = Array.from({ length: MAX_TALLY_NAMES + 2 }, (_, index) => ({
      atMs: NOON,
      target: `t${index}`,
    }));
    await record(store, ...named, { atMs: NOON, target: 't0' });
    await store.stats.advance();
    const { tools } = await store.stats.read({ ...day, limit: 999 });
    expect(tools).toHaveLength(MAX_TALLY_NAMES + 1);
    expect(tools.slice(0, 2)).toEqual([
      { first: '', second: '', count: 2 },
      { first: 'files', second: 't0', count: 2 },
    ]);
  });

  it('knows of grants when they were used last, and which were not', async () => {
    const { clock, reopen, store } = await start();
    for (const id of ['g1', 'g2', 'g3'])
      await store.grants.create(newGrant({ id, name: id }), id.replace('g', '0').repeat(32));
    const madeMs = clock.wallMs();
    const hour = (ahead: number): number => (Math.floor(madeMs / HOUR_MS) + ahead) * HOUR_MS;
    await record(
      store,
      { atMs: hour(2) + 1, grantId: 'g1' },
      { atMs: hour(1) + 1, grantId: 'g1' },
      { atMs: hour(1), grantId: 'g2' },
      { atMs: hour(9), grantId: 'gone' },
    );
    await store.stats.advance();
    const again = await reopen();
    await record(again, { atMs: hour(3) + 1, grantId: 'g2' });
    await again.stats.advance();
    const used = await again.grants.lastUsed(['g1', 'g2', 'g3', 'gone']);
    expect(Object.fromEntries(used)).toEqual({ g1: hour(2), g2: hour(3) });
    const quiet = async (quietSinceMs: number) =>
      (await again.grants.page({ organization: 'default', limit: 9, quietSinceMs })).map(({ id }) => id);
    expect(await quiet(madeMs)).toEqual([]);
    expect(await quiet(hour(3))).toEqual(['g1', 'g3']);
    expect(await quiet(hour(4))).toEqual(['g1', 'g2', 'g3']);
    await again.grants.replaceFileGrants([]);
    await again.grants.update('g1', { labels: { still: 'there' } });
    expect((await again.grants.lastUsed(['g1'])).get('g1')).toBe(hour(2));
  });

  it('keeps counts when rows are deleted, and forgets them when their own time ends', async () => {
    const { clock, store } = await start();
    await record(store, { atMs: NOON }, { atMs: NOON + HOUR_MS });
    await store.stats.advance();
    clock.pass(24 * HOUR_MS);
    expect((await store.decisions.expire(clock.wallMs())).rows).toBe(2);
    expect((await store.stats.read(day)).outcomes).toHaveLength(2);
    expect(await store.stats.forget('hour', NOON + 2 * HOUR_MS)).toBe(3);
    expect((await store.stats.read(day)).outcomes.map(({ atMs }) => atMs)).toEqual([NOON + HOUR_MS]);
    expect((await store.stats.read({ ...day, sinceMs: 0, width: 'day' })).outcomes).toMatchObject([
      { count: 2 },
    ]);
  });
}
