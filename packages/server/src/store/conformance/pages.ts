import { expect, it } from 'vitest';
import type { LogFilter, OutcomeRow, Store } from '../contract.ts';
import { decisionRow, RESULT, type Start } from './fixtures.ts';

const cursorsOf = (entries: readonly { readonly cursor: number }[]) => entries.map(({ cursor }) => cursor);

async function fill(store: Store, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) =>
    decisionRow({ target: at % 3 === 0 ? 'third' : 't' }),
  );
  await Promise.all(rows.map((row) => store.journal.record(row)));
}

export function describePages(start: Start): void {
  it.each([{}, { target: 'third' }])('pages both ways without a gap or a repetition %o', async (filter) => {
    const { store } = await start();
    await fill(store, 25);
    const all = cursorsOf(await store.decisions.query({ limit: 100, ...filter }));
    const back: number[] = [];
    for (let before: number | undefined = 1_000; before !== undefined; ) {
      const page = await store.decisions.page({ before, limit: 4, ...filter });
      back.unshift(...cursorsOf(page.entries));
      before = page.older;
    }
    expect(back).toEqual(all);
    const forth: number[] = [];
    for (let after = 0; ; ) {
      const page = await store.decisions.page({ after, limit: 4, ...filter });
      forth.push(...cursorsOf(page.entries));
      after = page.newer;
      if (page.entries.length < 4) break;
    }
    expect(forth).toEqual(all);
  });

  it('says from where to go on when there is something new, also where nothing matched', async () => {
    const { store } = await start();
    await fill(store, 5);
    const filter: LogFilter = { limit: 3, target: 'new' };
    const { newer } = await store.decisions.page(filter);
    expect(await store.decisions.page({ ...filter, after: newer })).toMatchObject({ entries: [], newer });
    await store.journal.record(decisionRow({ target: 'new' }));
    const page = await store.decisions.page({ ...filter, after: newer });
    expect(page.entries.map(({ row }) => row.target)).toEqual(['new']);
    const first = await store.decisions.page({ limit: 3, after: page.newer });
    expect(first).toMatchObject({ entries: [], newer: page.newer });
  });

  it('is at the beginning when there is nothing older', async () => {
    const { store } = await start();
    expect(await store.decisions.page({ limit: 3 })).toEqual({ entries: [], newer: 0 });
    await fill(store, 3);
    expect(await store.decisions.page({ limit: 3 })).not.toHaveProperty('older');
    expect(await store.decisions.page({ limit: 2 })).toHaveProperty('older');
  });

  it.each([
    ['text in the target', { text: 'ODD' }],
    ['text in the message', { text: '100%_\\' }],
    ['text in the rule', { text: 'deny_if/X' }],
    ['rule', { rule: '/tools/t/deny_if/x' }],
    ['one of several outcomes', { outcome: ['hide', 'deny'] }],
    ['what became of it', { status: 'tool_error' }],
    ['secrets in it', { secrets: 'seen' }],
    ['argument key', { argKey: 'am"ount' }],
    ['address', { address: '2001:db8::7' }],
    ['session', { session: 's2' }],
    ['policy', { policy: 'strict' }],
    ['mode', { mode: 'observe' }],
    ['organization', { organization: 'other' }],
    ['id', { id: 'an-id' }],
  ] satisfies [string, Partial<LogFilter>][])('filters by %s %o', async (_name, filter) => {
    const { store } = await start();
    const odd = decisionRow({
      id: 'an-id',
      target: 'an odd one',
      message: 'is 100%_\\ sure',
      rule: '/tools/t/deny_if/x',
      outcome: 'deny',
      argKeys: ['to', 'am"ount'],
      address: '2001:db8::7',
      session: 's2',
      policy: 'strict',
      mode: 'observe',
      organization: 'other',
      secrets: 'npm token in to',
    });
    const outcome: OutcomeRow = { ...RESULT, status: 'tool_error' };
    await store.journal.record(decisionRow({ message: '100 percent' }));
    store.journal.settle(await store.journal.admit([], () => odd), 'kept', outcome);
    const plain = decisionRow({ argKeys: ['amount'], message: 'am"ount' });
    store.journal.settle(await store.journal.admit([], () => plain), 'kept', RESULT);
    await store.journal.flush();
    expect((await store.decisions.query({ limit: 10, ...filter })).map(({ row }) => row)).toEqual([odd]);
  });

  it('finds a request by the secrets of its answer, and none by a text that only looks so', async () => {
    const { store } = await start();
    const target = 'an answer';
    const told: OutcomeRow = { ...RESULT, secrets: 'npm token' };
    store.journal.settle(await store.journal.admit([], () => decisionRow({ target })), 'kept', told);
    const other = decisionRow({ argKeys: ['secrets'], target: '"secrets":' });
    store.journal.settle(await store.journal.admit([], () => other), 'kept', RESULT);
    await store.journal.record(decisionRow());
    await store.journal.flush();
    const found = await store.decisions.query({ limit: 10, secrets: 'seen' });
    expect(found.map(({ outcomeRow, row }) => [row.target, outcomeRow?.secrets])).toEqual([
      [target, 'npm token'],
    ]);
  });

  it('finds each row by its id, whatever the moment that it names', async () => {
    const { store } = await start();
    const idOf = (ms: number) => `00000000-${ms.toString(16).padStart(4, '0')}-7000-8000-000000000000`;
    const rows = [5, 9, 2, 40].map((ms, at) => decisionRow({ id: idOf(ms), atMs: at === 2 ? 7_000 : ms }));
    for (const row of rows) await store.journal.record(row);
    const found = rows.map(async ({ id }) => (await store.decisions.query({ id, limit: 2 }))[0]?.row);
    expect(await Promise.all(found)).toEqual(rows);
    expect(await store.decisions.query({ id: idOf(6), limit: 1 })).toEqual([]);
  });

  it('tells what became of requests by their cursors, and of others nothing', async () => {
    const { store } = await start();
    store.journal.settle(await store.journal.admit([], () => decisionRow()), 'kept', RESULT);
    await store.journal.record(decisionRow());
    await store.journal.flush();
    const [settled = 0, open = 0] = cursorsOf(await store.decisions.query({ limit: 2 }));
    expect(await store.decisions.outcomes([settled, open, 99])).toEqual(new Map([[settled, RESULT]]));
    const many = (count: number) => store.decisions.outcomes(Array.from({ length: count }, () => 99));
    expect(await many(1_000)).toEqual(new Map());
    await expect(many(1_001)).rejects.toThrow(RangeError);
  });

  it.each([
    ['both ways', { after: 1, before: 2 }],
    ['a text of 257 characters', { text: 'x'.repeat(257) }],
  ])('refuses %s', async (_what, filter) => {
    const { store } = await start();
    await expect(store.decisions.page({ limit: 1, ...filter })).rejects.toThrow(RangeError);
    await expect(store.audit.page({ limit: 1, ...filter })).rejects.toThrow(RangeError);
  });
}
