import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './driver.ts';
import { migrate } from './migrate.ts';
import { UsageTable } from './usage-table.ts';

/** Rows that are looked at in one step, and changes after which a step is due. */
const STEP_ROWS = 64;
const STEP_CHANGES = 32;
const NOW = 1_000;

let database: Database;
let table: UsageTable;

beforeEach(async () => {
  database = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
  await migrate(database, ':memory:');
  table = new UsageTable(database);
});
afterEach(() => database.close());

const rows = () => database.prepare<{ n: number }>('select count(*) as n from usage').get()?.n;

function insert(counter: string, count: number, expires: number): void {
  const row = database.prepare('insert into usage (counter, at, amount, expires) values (?, ?, 1, ?)');
  for (let at = 0; at < count; at += 1) row.run(counter, at, expires);
}

/** So many changes that come to nothing, and what is then due. */
function change(count: number): void {
  for (let done = 0; done < count; done += 1) table.apply({ key: 'c', atMs: NOW, delta: 0 }, 1);
  table.sweep(NOW);
}

describe('expired cells', () => {
  it(`are deleted ${STEP_ROWS} rows at a time, after every ${STEP_CHANGES} changes, to the end of the table`, () => {
    insert('a', 2 * STEP_ROWS + 2, NOW);
    change(STEP_CHANGES - 1);
    expect(rows()).toBe(STEP_ROWS * 2 + 2);
    change(1);
    expect(rows()).toBe(STEP_ROWS + 2);
    change(STEP_CHANGES - 1);
    expect(rows()).toBe(STEP_ROWS + 2);
    change(1);
    expect(rows()).toBe(2);
    change(STEP_CHANGES);
    expect(rows()).toBe(0);
  });

  it('are looked for from the start again, and what is alive stays', () => {
    insert('b', STEP_ROWS, NOW + 1);
    insert('c', 1, NOW);
    change(STEP_CHANGES);
    insert('a', 1, NOW);
    change(STEP_CHANGES);
    expect(rows()).toBe(STEP_ROWS + 1);
    change(STEP_CHANGES);
    expect(rows()).toBe(STEP_ROWS);
  });
});

it('a change that comes to nothing makes no cell, and none goes below nothing', () => {
  table.apply({ key: 'a', atMs: NOW, delta: 0 }, 1);
  expect(rows()).toBe(0);
  table.apply({ key: 'a', atMs: NOW, delta: 1 }, 5);
  table.apply({ key: 'a', atMs: NOW, delta: 1 }, 5);
  table.apply({ key: 'a', atMs: NOW, delta: -1 }, 5);
  expect(table.load('a', NOW)).toEqual([{ at: NOW, amount: 1, expires: NOW + 5 }]);
  table.apply({ key: 'a', atMs: NOW, delta: -2 }, 5);
  expect(table.load('a', NOW)).toEqual([{ at: NOW, amount: 0, expires: NOW + 5 }]);
  expect(table.load('a', NOW + 5)).toEqual([]);
});

it('names the counters that begin so in their order, each once', () => {
  for (const counter of ['a', 'ab', 'abc', 'ac', 'b']) insert(counter, 2, NOW + 1);
  expect([...table.keysFrom('ab')]).toEqual(['abc']);
  expect([...table.keysFrom('a')]).toEqual(['ab', 'abc', 'ac']);
  expect([...table.keysFrom('c')]).toEqual([]);
});

it('is full at the moment of a restore, and what came after it stays', () => {
  insert('a', 3, NOW + 9);
  database.prepare('insert into ledger_floor (id, at) values (1, 1)').run();
  const restored = new UsageTable(database).load('a', NOW);
  const [floor, ...after] = restored;
  expect(floor).toMatchObject({ at: 1, expires: 1 });
  expect(floor?.amount).toBeGreaterThan(1e15);
  expect((floor?.amount ?? 0) + 1).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  expect(after).toEqual([{ at: 2, amount: 1, expires: NOW + 9 }]);
  expect(new UsageTable(database).load('b', NOW)).toEqual([floor]);
});
