import { expect, it } from 'vitest';
import type { OutcomeRow } from '../contract.ts';
import { decisionRow, RESULT, type Start } from './fixtures.ts';

export function describeDecisionLog(start: Start): void {
  describeRows(start);
  describeFilters(start);
}

function describeRows(start: Start): void {
  const full = decisionRow({
    trace: [
      {
        rule: '/tools/t/deny_if/args.a-gt',
        outcome: 'undetermined',
        conditions: [{ path: 'args.a', op: 'gt', outcome: 'undetermined', found: 'string' }],
      },
    ],
    usage: [{ rule: '/tools/t/limits/c', counter: 'c', before: 1.5, after: 2.5, max: 3 }],
    argKeys: ['a', 'b'],
    argsHash: 'ab'.repeat(32),
    message: 'no ☃ \u0000 here',
    era: 'legacy',
    mode: 'observe',
  });

  it('gives back every part of a row and of its outcome', async () => {
    const { store } = await start();
    const admission = await store.journal.admit([], () => full);
    expect(await store.decisions.query({ limit: 1 })).toEqual([{ cursor: expect.any(Number), row: full }]);
    const outcome: OutcomeRow = { ...RESULT, status: 'error', errorCode: -32_602 };
    store.journal.settle(admission, 'kept', outcome);
    await store.journal.flush();
    expect((await store.decisions.query({ limit: 1 }))[0]?.outcomeRow).toEqual(outcome);
  });

  it('gives the newest rows, oldest first, or those after a cursor', async () => {
    const { store } = await start();
    await Promise.all(
      Array.from({ length: 25 }, (_, index) => store.journal.record(decisionRow({ target: `t${index}` }))),
    );
    const newest = await store.decisions.query({ limit: 3 });
    expect(newest.map(({ row }) => row.target)).toEqual(['t22', 't23', 't24']);
    const after = await store.decisions.query({ after: newest[0]?.cursor ?? 0, limit: 10 });
    expect(after).toEqual(newest.slice(1));
    const early = await store.decisions.query({ after: 0, limit: 2 });
    expect(early.map(({ row }) => row.target)).toEqual(['t0', 't1']);
    expect(await store.decisions.query({ after: newest[2]?.cursor ?? 0, limit: 10 })).toEqual([]);
  });
}

function describeFilters(start: Start): void {
  it.each([
    ['server', { server: 'mail' }],
    ['grant', { grant: 'phone' }],
    ['grant', { grant: 'grant-2' }],
    ['target', { target: 'other' }],
    ['method', { method: 'tools/list' }],
    ['outcome', { outcome: 'deny' }],
    ['since', { sinceMs: 20 }],
    ['until', { untilMs: 4 }],
  ])('filters by %s %o', async (_name, filter) => {
    const { store } = await start();
    const odd = decisionRow({
      server: 'mail',
      grantName: 'phone',
      grantId: 'grant-2',
      target: 'other',
      method: 'tools/list',
      outcome: 'deny',
      atMs: 'untilMs' in filter ? 3 : 30,
    });
    for (const row of [decisionRow({ atMs: 10 }), odd, decisionRow({ atMs: 10 })])
      await store.journal.record(row);
    for (const after of [{}, { after: 0 }])
      expect((await store.decisions.query({ limit: 10, ...filter, ...after })).map(({ row }) => row)).toEqual(
        [odd],
      );
  });

  it.each([0, 10_001, 1.5])('refuses a limit of %d', async (limit) => {
    const { store } = await start();
    await expect(store.decisions.query({ limit })).rejects.toThrow(RangeError);
  });
}
