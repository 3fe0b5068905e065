import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { APPROVALS_KEPT_MS } from '../../limits/index.ts';
import { approvalAsk } from '../conformance/approvals.ts';
import { decisionRow, TestClock } from '../conformance/fixtures.ts';
import { openDatabase } from './driver.ts';
import { DATABASE_FILE } from './files.ts';
import { openSqliteStore } from './open.ts';

it.each([
  "update approvals set arguments = (select arguments from approvals where binding = 'other')",
  'update approvals set arguments = substr(arguments, 1, 20)',
  "update approvals set arguments = x''",
])('arguments of an approval that are not as they were sealed open nowhere: %s', async (change) => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-approvals-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await using store = await openSqliteStore({ directory, clock: new TestClock() });
  const ask = async (binding: string) => {
    const asked = await store.journal.ask(approvalAsk({ binding, call: binding }), '{}', () =>
      decisionRow({ outcome: 'approve', forwarded: false }),
    );
    return asked.kind === 'full' ? '' : asked.approval.id;
  };
  const [id] = [await ask('one'), await ask('other')];
  expect(await store.approvals.argumentsOf(id)).toBe('{}');
  const database = openDatabase(join(directory, DATABASE_FILE), { readOnly: false, busyTimeoutMs: 1_000 });
  database.exec(`${change} where binding = 'one'`);
  database.close();
  await expect(store.approvals.argumentsOf(id)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'unreadable',
    message: expect.stringContaining(`the arguments of ${id} cannot be opened`),
  });
});

it('a search ends after 5,000 that have ended and says where to go on; what is open is looked for in all', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-approvals-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  await using store = await openSqliteStore({ directory, clock });
  const many = 12_000;
  const nowMs = store.approvals.nowMs();
  const database = openDatabase(join(directory, DATABASE_FILE), { readOnly: false, busyTimeoutMs: 1_000 });
  onTestFinished(() => void database.close());
  const record = JSON.stringify({
    ...approvalAsk(),
    votes: [],
    askedAtMs: nowMs,
    expiresAtMs: nowMs + 1_000,
  });
  database
    .prepare(
      `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${many - 1})
       insert into approvals (id, binding, call, grant_id, state, asked_at, due_at, record)
       select 'apr_' || printf('%08d', i), i, i, 'g', case when i = 0 then 'waiting' else 'used' end, ?, ?,
         json_set(?, '$.id', 'apr_' || printf('%08d', i), '$.state', case when i = 0 then 'waiting' else 'used' end,
           '$.tool', case when i in (0, 9000) then 'needle' else 'other' end,
           '$.organization', case when i = 5 then 'elsewhere' else 'default' end) from n`,
    )
    .run(nowMs, nowMs + APPROVALS_KEPT_MS, record);
  const search = { organization: 'default', text: 'NEEDLE', limit: 5 };
  const first = await store.approvals.page(search);
  expect(first.approvals.map(({ id }) => id)).toEqual(['apr_00009000']);
  expect(first.next).toEqual({ askedAtMs: nowMs, id: 'apr_00007000' });
  const second = await store.approvals.page({ ...search, after: first.next ?? { askedAtMs: 0, id: '' } });
  expect(second).toEqual({ approvals: [], next: { askedAtMs: nowMs, id: 'apr_00002000' } });
  const third = await store.approvals.page({ ...search, after: second.next ?? { askedAtMs: 0, id: '' } });
  expect([third.approvals.map(({ id }) => id), third.next]).toEqual([['apr_00000000'], undefined]);
  const waiting = await store.approvals.page({ organization: 'default', states: ['waiting'], limit: 5 });
  expect(waiting.approvals.map(({ id }) => id)).toEqual(['apr_00000000']);
  const elsewhere = await store.approvals.page({ organization: 'elsewhere', text: 'other', limit: 5 });
  expect([elsewhere.approvals.length, elsewhere.next]).toEqual([1, undefined]);
});
