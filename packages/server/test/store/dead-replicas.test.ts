/** What replicas leave that died, and what counters leave: their stores on one Postgres. */
import { beforeEach, describe, expect, it } from 'vitest';
import { decisionRow, RESULT } from '../../src/store/conformance/index.ts';
import type { Admission, Store } from '../../src/store/index.ts';
import { askAll } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

/** Milliseconds after which a replica that is silent is dead. */
const DEAD_MS = 3_000;
const LONG_MS = 60_000;

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place', ({ withRedis }) => {
  const stores = useStores({ withRedis });
  let one: Store;

  beforeEach(async () => {
    one = await openReplica();
  });

  const openReplica = (url?: string): Promise<Store> =>
    stores.open({ deadMs: DEAD_MS, ...(url === undefined ? {} : { url }) });

  const admit = ({ journal }: Store): Promise<Admission> =>
    journal.admit([], ({ ok }) => decisionRow({ forwarded: ok }));

  async function ask<Row>(sql: string): Promise<readonly Row[]> {
    const [rows = []] = await askAll(stores.url(), [sql]);
    return rows as readonly Row[]; // a cast: who asks knows the rows
  }

  /** How many calls have no outcome, and what became of the others. */
  async function outcomes(): Promise<Readonly<Record<string, number>>> {
    const rows = await ask<{ status: string; n: number }>(
      `select coalesce(json_of(outcomes.entry) ->> 'status', 'none') as status, count(*)::int as n
     from decisions left join outcomes on decision = cursor where decisions.entry <> '{}' group by 1`,
    );
    return Object.fromEntries(rows.map(({ n, status }) => [status, n]));
  }

  describe('calls of a replica that died', () => {
    it('are ended as unknown, however many rows ago they began', { timeout: LONG_MS }, async () => {
      const { line, url } = await stores.openLine();
      const dead = await openReplica(url);
      for (let nth = 0; nth < 3; nth += 1) await admit(dead);
      const over = await admit(dead);
      dead.journal.settle(over, 'kept', RESULT);
      await dead.journal.flush();
      await ask(`insert into decisions (cursor, caller, entry) select cursor + nth, caller, '{}'
      from (select max(cursor) as cursor, max(caller) as caller from decisions) as last, generate_series(1, 210000) as nth`);
      await line[Symbol.asyncDispose]();
      await until(async () => (await outcomes())['unknown'] === 3);
      expect(await outcomes()).toEqual({ unknown: 3, [RESULT.status]: 1 });
      await until(async () => (await ask('select 1 from dead_replicas')).length === 0);
    });

    it('are ended also where it was still writing when it was taken for dead', {
      timeout: LONG_MS,
    }, async () => {
      const slow = await openReplica();
      const first = await admit(slow);
      const [{ replica = '' } = {}] = await ask<{ replica: string }>('select replica from callers');
      let isOver = false;
      const calling = Array.from({ length: 2 }, async () => {
        while (!isOver) await admit(slow);
      });
      await until(async () => {
        const found = await ask(`update replicas set seen_at = 0 where id = '${replica}' returning id`);
        return found.length === 0;
      });
      isOver = true;
      await Promise.all(calling);
      const left = () =>
        ask(`select cursor from decisions join callers on callers.id = caller
        where replica = '${replica}' and not exists (select 1 from outcomes where decision = cursor)`);
      await until(async () => (await left()).length === 0);
      // Nobody answers for it twice.
      slow.journal.settle(first, 'kept', RESULT);
      await slow.journal.flush();
      expect((await one.decisions.verify()).findings).toEqual([]);
    });

    it('are ended by another where whoever shut it out died before they were', async () => {
      const dead = await openReplica();
      for (let nth = 0; nth < 3; nth += 1) await admit(dead);
      await dead[Symbol.asyncDispose]();
      await admit(one);
      await ask(`insert into dead_replicas (id, since)
      select replica, 0 from callers where replica not in (select id from replicas)`);
      await until(async () => (await ask('select 1 from dead_replicas')).length === 0);
      expect(await outcomes()).toEqual({ unknown: 3, none: 1 });
      expect((await one.decisions.verify()).findings).toEqual([]);
    });

    it('are ended, and those of nobody else, when the clock of Postgres is set', async () => {
      const setClock = (hours: number) =>
        ask(`update own.clock set ahead = make_interval(hours => ${hours})`);
      // What the database has under this name comes before what Postgres has.
      await ask('create schema own');
      await ask(`create table own.clock as select interval '0' as ahead`);
      await ask(`create function public.clock_timestamp() returns timestamptz language sql volatile as
        'select pg_catalog.clock_timestamp() + ahead from own.clock'`);
      await ask(
        `alter database ${new URL(stores.url()).pathname.slice(1)} set search_path = public, pg_catalog`,
      );
      await openReplica();
      const { line, url } = await stores.openLine();
      const dying = await openReplica(url);
      await admit(dying);
      const signs = async () =>
        await ask<{ id: string; seen_at: string }>('select id, seen_at from replicas');
      // Nobody is taken for dead by who has not been there for as long.
      const sinceMs = performance.now();
      await until(() => performance.now() - sinceMs > DEAD_MS);
      const before = await signs();
      expect(before).toHaveLength(3);

      await setClock(1);
      await until(async () => {
        const now = new Map((await signs()).map(({ id, seen_at }) => [id, seen_at]));
        return before.every(({ id, seen_at }) => now.get(id) !== seen_at);
      });
      const ids = async () => (await signs()).map(({ id }) => id).sort();
      expect(await ids()).toEqual(before.map(({ id }) => id).sort());
      expect(await outcomes()).toEqual({ none: 1 });

      await line[Symbol.asyncDispose]();
      await setClock(-1);
      await until(async () => (await outcomes())['unknown'] === 1);
    });

    it('are looked for from where the oldest of them began', async () => {
      const since = async () => (await ask<{ since: string }>('select since from replicas'))[0]?.since;
      for (let nth = 0; nth < 3; nth += 1) one.journal.settle(await admit(one), 'kept', RESULT);
      await one.journal.flush();
      await until(async () => (await since()) === '3');
      const oldest = await admit(one);
      for (let nth = 0; nth < 3; nth += 1) one.journal.settle(await admit(one), 'kept', RESULT);
      one.journal.settle(oldest, 'kept', RESULT);
      await one.journal.flush();
      await until(async () => (await since()) === '7');
      const open = await admit(one);
      for (let nth = 0; nth < 3; nth += 1) one.journal.settle(await admit(one), 'kept', RESULT);
      await one.journal.flush();
      await ask('update replicas set since = 0');
      await until(async () => (await since()) !== '0');
      expect(await since()).toBe('7');
      one.journal.settle(open, 'kept', RESULT);
    });
  });

  it('what no counter needs is deleted, however much there is', async () => {
    await ask('insert into ledger_clock values (1, 2000, 0, 0)');
    await ask(`insert into usage (counter, at, amount, expires)
    select 'old ' || nth, 0, 1, 1000 from generate_series(1, 100000) as nth`);
    await ask("insert into usage (counter, at, amount, expires) values ('kept', 0, 1, 3000)");
    const [{ id = '' } = {}] = await ask<{ id: string }>('select id from replicas');
    await ask(`insert into running (counter, replica, calls)
    select 'idle ' || nth, '${id}', 0 from generate_series(1, 5000) as nth
    union all select 'gone ' || nth, 'gone', nth % 2 from generate_series(1, 5000) as nth
    union all select 'kept', '${id}', 1`);
    const counters = (table: string) => ask(`select counter from ${table}`);
    await until(async () => {
      const [{ left = 0 } = {}] = await ask<{ left: number }>(
        'select ((select count(*) from usage) + (select count(*) from running))::int as left',
      );
      return left === 2;
    });
    expect(await counters('usage')).toEqual([{ counter: 'kept' }]);
    expect(await counters('running')).toEqual([{ counter: 'kept' }]);
  });
});
