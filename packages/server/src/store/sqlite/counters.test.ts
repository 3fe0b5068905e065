import type { Demand, Taken } from '@boomgate/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, runningDemand, units, windowDemand } from '../conformance/index.ts';
import { Counters, type StoredCell } from '../journal/index.ts';
import { type Database, openDatabase, transact } from './driver.ts';
import { migrate } from './migrate.ts';
import { UsageTable } from './usage-table.ts';

const NOON = Date.UTC(2026, 5, 15, 12);
/** Milliseconds after which a counter leaves memory, and counters above which it leaves earlier. */
const IDLE_MS = 600_000;
const MAX_LOADED = 100_000;

let database: Database;
let counters: Counters;

beforeEach(async () => {
  database = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
  await migrate(database, ':memory:');
  counters = new Counters(new UsageTable(database));
});
afterEach(() => database.close());

const cells = () =>
  database
    .prepare<StoredCell & { counter: string }>('select counter, at, amount, expires from usage order by at')
    .all();
const usedOf = (demand: Demand, nowMs = NOON) => counters.peek([demand], nowMs).usage[0]?.before;
const restart = () => {
  counters = new Counters(new UsageTable(database));
};

/** One group: what `act` does is written and committed. Says whether there was anything to write. */
function group<Result>(act: () => Result, nowMs = NOON): { result: Result; wrote: boolean } {
  const done = transact(database, () => ({ result: act(), wrote: counters.write(nowMs) }));
  counters.committed(nowMs);
  return done;
}

function take(demand: Demand, nowMs = NOON): readonly Taken[] {
  return group(() => counters.reserve([demand], nowMs), nowMs).result.taken;
}

/** A change by somebody else: whoever has the counter in memory does not see it. */
function changeBehind(key: string, count: number): void {
  database.prepare('update usage set amount = ? where counter = ?').run(units(count), key);
}

describe('what a group changed', () => {
  it('is written as one cell for each counter and moment', () => {
    group(() => {
      for (const key of ['one', 'one', 'other']) counters.reserve([windowDemand({ key })], NOON);
      counters.reserve([windowDemand({ key: 'one' })], NOON + 1);
    });
    expect(cells().map(({ counter, at, amount }) => [counter, at - NOON, amount])).toEqual([
      ['one', 0, units(2)],
      ['other', 0, units(1)],
      ['one', 1, units(1)],
    ]);
  });

  it('is added to what the cell held', () => {
    take(windowDemand());
    take(windowDemand());
    expect(cells().map(({ amount }) => amount)).toEqual([units(2)]);
  });

  it('is nothing when it only looked, or only calls in flight changed', () => {
    expect(group(() => counters.peek([windowDemand()], NOON)).wrote).toBe(false);
    expect(group(() => counters.reserve([runningDemand(1)], NOON)).wrote).toBe(false);
    expect(group(() => counters.reserve([windowDemand()], NOON)).wrote).toBe(true);
    expect(group(() => {}).wrote).toBe(false);
    expect(cells()).toHaveLength(1);
  });

  it('is taken from the cell that it was taken for, when it is given back', () => {
    const early = take(windowDemand({ amount: units(3) }));
    take(windowDemand({ amount: units(4) }), NOON + 5);
    expect(group(() => counters.giveBack(early, NOON + 9), NOON + 9).wrote).toBe(true);
    expect(cells().map(({ at, amount }) => [at - NOON, amount])).toEqual([
      [0, 0],
      [5, units(4)],
    ]);
    expect(usedOf(windowDemand(), NOON + 9)).toBe(4);
  });

  it('is nothing where a reservation was withdrawn in the same group', () => {
    const running = runningDemand(1);
    group(() => {
      counters.reserve([windowDemand()], NOON);
      counters.withdraw(counters.reserve([windowDemand({ amount: units(7) }), running], NOON).taken);
    });
    expect(cells().map(({ amount }) => amount)).toEqual([units(1)]);
    expect([usedOf(windowDemand()), usedOf(running)]).toEqual([1, 0]);
  });

  it('is forgotten when the transaction was rolled back', () => {
    take(windowDemand());
    const kept = runningDemand(5);
    database.exec('begin immediate');
    counters.reserve([windowDemand(), windowDemand({ key: 'new', windowMs: DAY_MS }), kept], NOON);
    counters.write(NOON);
    database.exec('rollback');
    counters.rolledBack();
    expect(usedOf(windowDemand())).toBe(1);
    expect(usedOf(windowDemand({ key: 'new' }))).toBe(0);
    expect(group(() => {}).wrote).toBe(false);
    take(windowDemand());
    expect(cells().map(({ counter, amount }) => [counter, amount])).toEqual([['1:s5:calls', units(2)]]);
  });

  it('is only what the group changed that is rolled back', () => {
    take(windowDemand());
    take(windowDemand({ key: 'other' }));
    changeBehind('other', 9);
    counters.reserve([windowDemand()], NOON);
    counters.rolledBack();
    expect(usedOf(windowDemand({ key: 'other' }))).toBe(1);
  });
});

describe('a call in flight', () => {
  it('ends once, and takes nothing from windows', () => {
    const taken = group(() => counters.reserve([windowDemand(), runningDemand(2)], NOON)).result.taken;
    counters.giveBack(taken, NOON);
    expect([usedOf(windowDemand()), usedOf(runningDemand(2))]).toEqual([0, 1]);
    counters.endRunning(taken);
    expect([usedOf(windowDemand()), usedOf(runningDemand(2))]).toEqual([0, 0]);
  });
});

describe('a cell', () => {
  const expiry = () => cells().map(({ at, expires }) => expires - at);

  it('of a rolling window is kept for the window and one millisecond, in which it still counts', () => {
    take(windowDemand());
    expect(expiry()).toEqual([MINUTE_MS + 1]);
    restart();
    expect(usedOf(windowDemand(), NOON + MINUTE_MS)).toBe(1);
    restart();
    expect(usedOf(windowDemand({ windowMs: DAY_MS }), NOON + MINUTE_MS + 1)).toBe(0);
  });

  it('of a calendar window is kept for a day more: units are longer where clocks are set back', () => {
    take(windowDemand({ reset: 'calendar', unit: 'day', windowMs: DAY_MS }));
    expect(expiry()).toEqual([2 * DAY_MS]);
  });

  it('is kept for as long as the longest window that asked, also after a restart', () => {
    take(windowDemand());
    restart();
    take(windowDemand({ windowMs: DAY_MS }));
    restart();
    take(windowDemand());
    expect(expiry()).toEqual([DAY_MS + 1]);
    take(windowDemand(), NOON + 1);
    expect(expiry()).toEqual([DAY_MS + 1, DAY_MS + 1]);
  });

  it('is kept longer also where the first call of the longer window was rolled back', () => {
    take(windowDemand());
    const daily = windowDemand({ windowMs: DAY_MS });
    database.exec('begin immediate');
    counters.reserve([{ ...daily, max: units(0) }], NOON);
    database.exec('rollback');
    counters.rolledBack();
    take(daily, NOON + 1);
    expect(expiry()).toEqual([DAY_MS + 1, DAY_MS + 1]);
  });

  it('that no window sees any more is not revived by a longer one', () => {
    take(windowDemand());
    restart();
    take(windowDemand({ windowMs: DAY_MS }), NOON + MINUTE_MS + 1);
    expect(usedOf(windowDemand({ windowMs: DAY_MS }), NOON + MINUTE_MS + 1)).toBe(1);
    expect(expiry()).toEqual([MINUTE_MS + 1, DAY_MS + 1]);
  });
});

describe('a counter in memory', () => {
  const idle = windowDemand({ key: 'idle', windowMs: DAY_MS });

  it('leaves it when nobody asked for ten minutes, and not a millisecond earlier', () => {
    take(idle);
    changeBehind('idle', 9);
    group(() => {}, NOON + IDLE_MS);
    expect(usedOf(idle)).toBe(1);
    group(() => {}, NOON + IDLE_MS + 1);
    group(() => {}, NOON + IDLE_MS + 1);
    expect(usedOf(idle)).toBe(9);
  });

  it('stays when it is asked about again', () => {
    take(idle);
    changeBehind('idle', 9);
    usedOf(idle, NOON + 1_000);
    usedOf(idle, NOON);
    for (let groups = 0; groups < 3; groups += 1) group(() => {}, NOON + IDLE_MS + 1_000);
    expect(usedOf(idle, NOON + IDLE_MS)).toBe(1);
  });

  it('is looked at in turn: four after each group', () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const daily = (key: string) => windowDemand({ key, windowMs: DAY_MS });
    // The turn has begun: it goes on with whatever comes into memory.
    for (const key of keys) counters.reserve([daily(key)], NOON);
    group(() => {});
    restart();
    for (const key of keys) usedOf(daily(key));
    for (const key of keys) changeBehind(key, 9);
    const inMemory = () => keys.filter((key) => usedOf(daily(key), NOON + IDLE_MS + 1) === 1);
    group(() => {}, NOON + IDLE_MS + 1);
    expect(inMemory()).toEqual(['e']);
  });

  it(`leaves at once when it was not asked about and there are more than ${MAX_LOADED}`, () => {
    const keys = ['first', 'second', 'third', 'fourth', 'fifth'];
    for (const key of keys) take(windowDemand({ key }));
    restart();
    for (const key of keys) usedOf(windowDemand({ key }));
    for (const key of keys) changeBehind(key, 9);
    for (let index = keys.length; index < MAX_LOADED; index += 1)
      usedOf(windowDemand({ key: `another ${index}` }));
    group(() => {}, NOON + 1);
    expect(usedOf(windowDemand({ key: 'first' }))).toBe(1);
    usedOf(windowDemand({ key: 'one more' }));
    // Four were looked at before: it is the turn of the fifth.
    group(() => {}, NOON + 1);
    expect(usedOf(windowDemand({ key: 'fifth' }))).toBe(9);
  });
});
