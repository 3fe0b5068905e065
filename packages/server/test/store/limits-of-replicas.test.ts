/** Limits that several replicas keep together: their stores on one Postgres, without a Redis and with one, each with a clock of its own. */
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RESULT, TestClock } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { admit, inFlight, isAllowedInTheEnd, within } from '../support/demands.ts';
import { askAll } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

const LIMIT = 50;
const CALLS = 500;
const ROUNDS = 100;
/** Of a counter of which nobody knows anything yet: more than are read in time one by one. */
const CELLS = 200_000;
const HOUR_MS = 3_600_000;
/** Milliseconds after which a replica that is silent is dead. */
const DEAD_MS = 3_000;

/** Milliseconds from one cut to the next. */
const CUT_EVERY_MS = 25;
const CUT_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'boomgate'";

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place', ({ withRedis }) => {
  const stores = useStores({ withRedis, isPatient: false });
  let replicas: Store[];

  beforeEach(async () => {
    replicas = [];
    // Clocks an hour apart.
    for (const step of [0, HOUR_MS, -HOUR_MS]) replicas.push(await openReplica(step));
  });

  function openReplica(step: number): Promise<Store> {
    const clock = new TestClock();
    clock.stepWall(step);
    return stores.open({ clock, deadMs: DEAD_MS });
  }

  const cutAll = () =>
    Promise.all([askAll(stores.url(), [CUT_ALL]), withRedis ? stores.redis().cut() : undefined]);

  describe('three replicas', () => {
    it(`let exactly ${LIMIT} of three times ${CALLS} calls through, in ${ROUNDS} rounds`, {
      timeout: 240_000,
    }, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const demand = within(`round ${round}`, LIMIT);
        const all = replicas.flatMap((one) => Array.from({ length: CALLS }, () => admit(one, demand)));
        const allowed = (await Promise.all(all)).filter(({ result }) => result.ok);
        expect(allowed.length, `round ${round}`).toBe(LIMIT);
      }
      expect((await replicas[0]?.decisions.verify())?.findings).toEqual([]);
    });

    it(`read a counter of ${CELLS} moments in time, and count each of them`, async () => {
      const began = Date.now() - CELLS;
      await askAll(stores.url(), [
        `insert into usage (counter, at, amount, expires, changed)
       select 'many', ${began} + nth, 1000000, ${began} + nth + ${HOUR_MS} + 1, 0 from generate_series(1, ${CELLS}) as nth`,
      ]);
      const demand = within('many', CELLS + 2);
      const allowed: boolean[] = [];
      // A machine that is busy may need a second try.
      for (const replica of replicas) allowed.push(await isAllowedInTheEnd(replica, demand));
      expect(allowed).toEqual([true, true, false]);
    });

    it('read a counter that takes longer than a group of calls may, and count on', async () => {
      // Each of its cells takes Postgres so many milliseconds.
      const [cells, cellMs] = [10, 70];
      await askAll(stores.url(), [
        `insert into usage (counter, at, amount, expires, changed)
         select 'slow', ${Date.now()} - nth, 1000000, ${Date.now() + HOUR_MS}, 0 from generate_series(1, ${cells}) as nth`,
        'alter table usage rename to quick',
        `create function is_read() returns boolean language plpgsql volatile cost 1 as
         $$ begin perform pg_sleep(${cellMs / 1_000}); return true; end $$`,
        `create view usage as select * from quick where case when counter = 'slow' then is_read() else true end`,
      ]);
      const demand = within('slow', cells + 2);
      const allowed: boolean[] = [];
      for (const replica of replicas) allowed.push(await isAllowedInTheEnd(replica, demand));
      expect(allowed).toEqual([true, true, false]);
    });

    it('delete what has expired as fast as it may come', async () => {
      // The time that cells expire by is written with the first of them.
      await admit(replicas[0], within('kept', LIMIT));
      await askAll(stores.url(), [
        `insert into usage (counter, at, amount, expires) select 'expired', nth, 1, 1 from generate_series(1, 50000) as nth`,
      ]);
      const left = async () => (await askAll(stores.url(), ['select counter from usage limit 2'])).flat();
      await until(async () => (await left()).length === 1);
      expect(await left()).toEqual([{ counter: 'kept' }]);
    });

    it('count the calls that all of them have in flight, and give each place back once', async () => {
      const demand = inFlight('places', 5);
      const all = replicas.flatMap((one) =>
        Array.from({ length: 20 }, () => ({ one, asked: admit(one, demand) })),
      );
      const answered = await Promise.all(
        all.map(async ({ asked, one }) => ({ one, admission: await asked })),
      );
      const held = answered.filter(({ admission }) => admission.result.ok);
      expect(held).toHaveLength(5);
      for (const { admission, one } of held) one.journal.settle(admission, 'kept', RESULT);
      await Promise.all(replicas.map(({ journal }) => journal.flush()));
      const again = await Promise.all(replicas.flatMap((one) => [admit(one, demand), admit(one, demand)]));
      expect(again.filter(({ result }) => result.ok)).toHaveLength(5);
    });

    it('free the places of one that died, and end its calls as unknown', async () => {
      const demand = inFlight('places of the dead', 2);
      const { end, redis, url } = await stores.openLine();
      const dead = await stores.open({ url, redis, deadMs: DEAD_MS });
      for (let nth = 0; nth < 2; nth += 1) expect((await admit(dead, demand)).result.ok).toBe(true);
      expect((await admit(replicas[0], demand)).result.ok).toBe(false);
      await end();
      await until(async () => (await admit(replicas[0], demand)).result.ok);
      await until(async () => {
        const rows = (await replicas[0]?.decisions.query({ limit: 1_000 })) ?? [];
        return rows.filter(({ outcomeRow }) => outcomeRow?.status === 'unknown').length === 2;
      });
    });

    it('go on where connections are cut in the middle, and admit no more than they may', async () => {
      const demand = within('cut', LIMIT);
      const outcomes: boolean[] = [];
      let goesOn = true;
      // One after the other: a cut would end the connection of another one, too.
      const cutting = (async () => {
        for (; goesOn; await setTimeout(CUT_EVERY_MS)) await cutAll();
      })();
      for (let round = 0; round < 20; round += 1) {
        const all = replicas.flatMap((one) => Array.from({ length: 10 }, () => admit(one, demand)));
        for (const one of await Promise.allSettled(all))
          outcomes.push(one.status === 'fulfilled' && one.value.result.ok);
      }
      goesOn = false;
      await cutting;
      expect(outcomes.filter(Boolean).length).toBeLessThanOrEqual(LIMIT);
      // What was taken for calls that were refused is given back, whatever became of their commits.
      const allowed = () => outcomes.filter(Boolean).length;
      await until(async () => {
        const one = await admit(replicas[0], demand).catch(() => undefined);
        if (one?.result.ok === true) outcomes.push(true);
        return allowed() === LIMIT;
      });
      // The last cut may be heard of only now.
      expect(await isAllowedInTheEnd(replicas[1], demand)).toBe(false);
      expect((await replicas[2]?.decisions.verify())?.findings).toEqual([]);
    });
  });

  describe('random calls on three replicas', () => {
    const act = fc.record({
      at: fc.nat(2),
      counter: fc.constantFrom('a', 'b'),
      fate: fc.constantFrom('kept', 'given_back', 'open'),
    });

    it('agree with counting them all anew', { timeout: 120_000 }, async () => {
      let history = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
          history += 1;
          const used = new Map<string, number>();
          for (const { at, counter, fate } of acts) {
            const key = `${counter} of ${history}`;
            const before = used.get(key) ?? 0;
            const admission = await admit(replicas[at], within(key, 5));
            expect(admission.result.ok).toBe(before < 5);
            if (!admission.result.ok) continue;
            used.set(key, before + (fate === 'given_back' ? 0 : 1));
            if (fate === 'open') continue;
            replicas[at]?.journal.settle(admission, fate, RESULT);
            await replicas[at]?.journal.flush();
          }
        }),
        { numRuns: 25 },
      );
    });
  });
});
