import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { openDatabase, transact } from '../../src/store/sqlite/driver.ts';

const TRANSACTIONS = 20;

it('finds the lock free beside somebody who writes all the time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-busy-'));
  const file = join(directory, 'boomgate.db');
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
  database.pragma('journal_mode = wal');
  database.exec('create table texts (text text)');
  const busy = new Worker(new URL('busy-thread.ts', import.meta.url), { workerData: file });
  const insert = database.prepare('insert into texts values (?)');
  for (let at = 0; at < TRANSACTIONS; at += 1) {
    await once(busy, 'message');
    transact(database, () => insert.run(`text ${at}`));
  }
  await busy.terminate();
  expect(database.prepare('select count(*) as count from texts').get()).toEqual({ count: TRANSACTIONS });
  expect(database.pragma('busy_timeout', { simple: true })).toBe(1_000);
  database.close();
  await rm(directory, { recursive: true });
});
