import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untold } from '../../limits/index.ts';
import {
  decisionRow,
  describeResult,
  RESULT,
  runningDemand,
  TestClock,
  units,
  windowDemand,
} from '../conformance/index.ts';
import type { Admission } from '../contract.ts';
import { Counters, type QueuedJournal } from '../journal/index.ts';
import {
  ApprovalTable,
  AuditChain,
  RecentDecisions,
  SqlDecisionLog,
  type SqlExecutor,
  Writes,
} from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { type Database, openDatabase } from './driver.ts';
import { sqliteExecutor } from './executor.ts';
import { sqliteJournal } from './journal.ts';
import { SqliteLedgerClock } from './ledger-clock.ts';
import { SqliteLogWriter } from './log-writer.ts';
import { migrate } from './migrate.ts';
import { UsageTable } from './usage-table.ts';

const BUSY_MS = 10;

let directory: string;
let database: Database;
let journal: QueuedJournal;
let clock: TestClock;
let warnings: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-journal-'));
  const file = join(directory, 'boomgate.db');
  database = openDatabase(file, { readOnly: false, busyTimeoutMs: BUSY_MS });
  database.pragma('journal_mode = wal');
  await migrate(database, file);
  clock = new TestClock();
  warnings = [];
  journal = sqliteJournal({
    atPoint: untold,
    database,
    counters: new Counters(new UsageTable(database)),
    log: new SqliteLogWriter(database, () => Buffer.alloc(32), new RecentDecisions()),
    approvals: new ApprovalTable(() => Buffer.alloc(32)),
    writes: new Writes(),
    clock: new SqliteLedgerClock(clock, database),
    file,
    warn: (text) => warnings.push(text),
  });
});

afterEach(async () => {
  await journal.close();
  database.close();
  await rm(directory, { recursive: true });
});

const admit = (...demands: Parameters<QueuedJournal['admit']>[0]) => journal.admit(demands, describeResult);

/** What makes every write fail, and what mends it. */
const FAILURES: Readonly<Record<string, () => () => void>> = {
  'the disk is full': () => {
    // Leaves no free page that could be filled.
    database.exec('vacuum');
    const pages = database.pragma('page_count', { simple: true });
    database.pragma(`max_page_count = ${pages}`);
    return () => database.pragma('max_page_count = 1000000');
  },
  'the disk is read-only': () => {
    database.pragma('query_only = on');
    return () => database.pragma('query_only = off');
  },
  'another process writes for too long': () => {
    const other = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: BUSY_MS });
    other.exec('begin immediate');
    return () => other.close();
  },
};

/** More than a page can hold, so that the row needs new ones. */
const LARGE = 'x'.repeat(20_000);

describe.each(Object.keys(FAILURES))('while %s', (name) => {
  const breakStorage = FAILURES[name] ?? (() => () => {});
  const limit = windowDemand({ max: units(10) });
  const admitLarge = () =>
    journal.admit([limit, runningDemand(3)], ({ usage }) => decisionRow({ usage, message: LARGE }));

  it('refuses every call of the group, takes nothing, and goes on by itself afterwards', async () => {
    await admit(limit);
    const mend = breakStorage();
    const answers = await Promise.allSettled([admit(limit, runningDemand(3)), admitLarge(), journal.flush()]);
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'unavailable' } });
    expect((await journal.peek([limit])).usage[0]?.before).toBe(1);
    mend();
    const later = await Promise.all(Array.from({ length: 12 }, () => admit(limit)));
    expect(later.filter(({ result }) => result.ok)).toHaveLength(9);
    const running = await Promise.all(Array.from({ length: 4 }, () => admit(runningDemand(3))));
    expect(running.filter(({ result }) => result.ok)).toHaveLength(3);
  });

  it('keeps an outcome until it can be written, and gives back only then', async () => {
    const [one, two] = await Promise.all([admitLarge(), admitLarge()]);
    const mend = breakStorage();
    journal.settle(one, 'given_back', RESULT);
    journal.settle(two, 'kept', RESULT);
    await expect(admitLarge()).rejects.toMatchObject({ code: 'unavailable' });
    expect((await journal.peek([limit])).usage[0]?.before).toBe(2);
    expect((await journal.peek([runningDemand(3)])).usage[0]?.before).toBe(0);
    mend();
    await journal.flush();
    expect((await journal.peek([limit])).usage[0]?.before).toBe(1);
    const entries = await decisionLog().query({ limit: 10 });
    expect(entries.map(({ outcomeRow }) => outcomeRow)).toEqual([RESULT, RESULT]);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

/** The log that the journal of the test writes. */
function decisionLog(
  changed: (executor: SqlExecutor) => SqlExecutor = (executor) => executor,
): SqlDecisionLog {
  const sealKey = () => Buffer.alloc(32);
  const audit = new AuditChain({ clock, key: sealKey });
  const vault = new EnvelopeVault({ current: 1, key: sealKey });
  const executor = sqliteExecutor({ database, file: directory, clock, audit, vault, writes: new Writes() });
  return new SqlDecisionLog({ executor: changed(executor), sealKey, erasing: (work) => work() });
}

describe('a row by its id', () => {
  const ROWS = 50_000;
  const idAt = (ms: number) =>
    `${ms.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}-7000-8000-000000000000`;
  const placeOf = (cursor: number) => 1_000_000 + cursor * 10;
  let reads: number;
  const find = async (id: string) => {
    reads = 0;
    const log = decisionLog((executor) => ({
      ...executor,
      // However slow the machine is just now.
      pace: { ...executor.pace, mostRows: 500, stepMs: 60_000 },
      read: (work) => {
        reads += 1;
        return executor.read(work);
      },
    }));
    return (await log.query({ id, limit: 1 }))[0]?.cursor;
  };

  beforeEach(async () => {
    await journal.record(decisionRow({ id: idAt(placeOf(1)), atMs: placeOf(1) }));
    database.exec(`
      with recursive later (n) as (select 2 union all select n + 1 from later where n < ${ROWS})
      insert into decisions (cursor, caller, entry)
      select n, caller, json_set(entry, '$.atMs', 1000000 + n * 10, '$.id',
        printf('%08x-%04x-7000-8000-000000000000', (1000000 + n * 10) >> 16, (1000000 + n * 10) & 65535))
      from decisions, later where cursor = 1`);
  });

  it.each([1, 2, 7_777, 25_000, ROWS])('is found by the moment that it names: %d', async (cursor) => {
    expect(await find(idAt(placeOf(cursor)))).toBe(cursor);
    expect(reads).toBeLessThan(50);
  });

  it('is found wherever else it stands, and beside rows that nobody can read', async () => {
    const set = (cursor: number, change: string) =>
      database.exec(`update decisions set entry = ${change} where cursor = ${cursor}`);
    set(9, `json_set(entry, '$.id', '${idAt(placeOf(40_000))}x')`);
    expect(await find(`${idAt(placeOf(40_000))}x`)).toBe(9);
    set(25_000, "'no JSON'");
    expect(await find(idAt(placeOf(100)))).toBe(100);
    expect(await find(idAt(1))).toBeUndefined();
    expect(await find('no-moment')).toBeUndefined();
  });
});

it('knows who asked also when the first record of that caller could not be written', async () => {
  const row = () => decisionRow({ grantName: 'newcomer' });
  database.pragma('query_only = on');
  await expect(journal.record(row())).rejects.toMatchObject({ code: 'unavailable' });
  database.pragma('query_only = off');
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
  const tooLarge = journal.record({ ...row(), message: LARGE });
  await expect(tooLarge).rejects.toMatchObject({ code: 'unavailable' });
  database.pragma('max_page_count = 1000000');
  await journal.record(row());
  const found = await decisionLog().query({ grant: 'newcomer', limit: 5 });
  expect(found).toHaveLength(1);
});

it('writes waiting outcomes by itself when storage works again', async () => {
  const admission = await admit();
  database.pragma('query_only = on');
  journal.settle(admission, 'kept', RESULT);
  await expect(journal.flush()).rejects.toMatchObject({ code: 'unavailable' });
  database.pragma('query_only = off');
  const count = database.prepare<{ n: number }>('select count(*) as n from outcomes');
  await expect.poll(() => count.get()?.n).toBe(1);
});

it('warns of outcomes that are lost because it is closed while storage fails', async () => {
  const admission = await admit();
  database.pragma('query_only = on');
  journal.settle(admission, 'kept', RESULT);
  await journal.close();
  expect(warnings.join()).toContain('some outcomes were not written');
});

it('leaves out an outcome that does not fit the log, and gives back nevertheless', async () => {
  const limit = windowDemand({ max: units(1) });
  const admission: Admission = await admit(limit);
  const misfit = { ...RESULT, bytesOut: 1n as never }; // a cast: a row that the types forbid
  journal.settle(admission, 'given_back', misfit);
  expect((await admit(limit)).result.ok).toBe(true);
  expect(warnings.join()).toContain(admission.id);
});

it('knows how many entries wait for its next commit', async () => {
  const written = admit(runningDemand(3));
  expect(journal.waiting).toBe(1);
  await written;
  expect(journal.waiting).toBe(0);
});

it('does not settle what it did not admit', () => {
  expect(() => journal.settle({ id: 'x', result: { ok: true, usage: [] } }, 'kept', RESULT)).toThrow(
    TypeError,
  );
});

it('deletes expired cells as new ones come, so the table stays small', async () => {
  const count = database.prepare<{ n: number }>('select count(*) as n from usage');
  for (let second = 0; second < 1_500; second += 1) {
    clock.pass(1_000);
    await admit(windowDemand({ max: units(1_000), key: `1:s5:calls${second % 7}` }));
  }
  const alive = 61;
  expect(count.get()?.n).toBeLessThan(4 * alive);
  expect((await journal.peek([windowDemand({ key: '1:s5:calls0' })])).usage[0]?.before).toBeGreaterThan(7);
});

it('reads a counter again that left memory because nobody asked for long', async () => {
  const daily = windowDemand({ windowMs: 86_400_000, max: units(3) });
  const first = await admit(daily);
  clock.pass(700_000);
  for (let call = 0; call < 5; call += 1) await admit(windowDemand({ key: `other${call}` }));
  journal.settle(first, 'given_back', RESULT);
  await admit(daily);
  expect((await journal.peek([daily])).usage[0]?.before).toBe(1);
});
