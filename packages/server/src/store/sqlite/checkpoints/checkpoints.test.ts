import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase, transact } from '../driver.ts';
import { Checkpoints } from './index.ts';

/** So many entries that what they write is to be copied. */
const MANY = 20_000;
const PAGE = 'x'.repeat(4_000);
const WITHIN = { timeout: 20_000, interval: 20 };

let directory: string;
let file: string;
let database: Database;
let checkpoints: Checkpoints;
let warnings: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-checkpoints-'));
  file = join(directory, 'boomgate.db');
  // The thread has the lock for a moment when the log begins anew.
  database = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
  database.pragma('journal_mode = wal');
  database.pragma('wal_autocheckpoint = 0');
  database.exec('create table texts (id integer primary key, text text)');
  warnings = [];
  checkpoints = new Checkpoints(database, { file, warn: (text) => warnings.push(text) });
});
afterEach(async () => {
  await checkpoints[Symbol.asyncDispose]();
  database.close();
  await rm(directory, { recursive: true });
});

const insert = () => database.prepare('insert into texts (text) values (?)').run(PAGE);
const write = (pages: number) =>
  transact(database, () => {
    for (let page = 0; page < pages; page += 1) insert();
  });
/** Bytes of the database without its write-ahead log. */
const copied = async () => (await stat(file)).size;
const logged = async () => (await stat(`${file}-wal`)).size;

describe('the write-ahead log', () => {
  it('is copied by the thread once there is enough of it', async () => {
    write(1_000);
    const before = await copied();
    checkpoints.wrote(1);
    checkpoints.wrote(MANY);
    await vi.waitFor(async () => expect(await copied()).toBeGreaterThan(before + 1_000 * 4_000), WITHIN);
    expect(warnings).toEqual([]);
  });

  it('begins anew under a load that never ends', async () => {
    const rows = 25_000;
    for (let row = 0; row < rows; row += 1) {
      write(1);
      // Nearly always somebody writes when the thread is done.
      if (row % 50 === 0) await new Promise(setImmediate);
      checkpoints.wrote(MANY);
    }
    // Its file never shrinks: without a new beginning it would be three times as long.
    expect(await logged()).toBeLessThan(rows * 4_000);
  });

  it('is left as it is by a thread that fails, which is said once', async () => {
    await checkpoints[Symbol.asyncDispose]();
    checkpoints = new Checkpoints(database, { file: directory, warn: (text) => warnings.push(text) });
    checkpoints.wrote(MANY);
    await vi.waitFor(() => expect(warnings).toHaveLength(1), WITHIN);
    checkpoints.wrote(MANY);
    write(1);
    expect(warnings).toEqual([expect.stringContaining('unable to open database file')]);
  });

  it('lets nobody wait for the thread when it ends before it began', async () => {
    await checkpoints[Symbol.asyncDispose]();
    checkpoints.wrote(MANY);
    write(1);
    expect(warnings).toEqual([]);
  });
});
