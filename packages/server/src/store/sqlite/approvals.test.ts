import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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
