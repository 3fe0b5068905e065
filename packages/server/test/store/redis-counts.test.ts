/** What Redis says of limits is what the engine says, to the millisecond and the millionth: groups of calls against both. */
import { type Demand, openLedgers, reserveAll, restore, settleAll, type Taken } from '@boomgate/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  arbitraryDemands,
  arbitraryFate,
  arbitraryPassing,
  STARTS_MS,
} from '../../../engine/test/limits-model.ts';
import { seeded, times } from '../../../engine/test/runs.ts';
import type { StoredCell } from '../../src/store/journal/index.ts';
import { type Act, Line, RedisCounts, type Seed } from '../../src/store/redis/index.ts';
import { inFlight, within } from '../support/demands.ts';
import { until } from '../support/programs.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { startRelay } from '../support/relay.ts';
import { PATIENT_MS } from '../support/stores.ts';

const HISTORIES = times(300);
const MILLION = 1_000_000;

let redis: RedisServer;
let line: Line;
let marker: string;

beforeAll(async () => {
  redis = await startRedis();
  line = new Line({ url: redis.url, warn: () => undefined, patienceMs: PATIENT_MS });
  await line.open();
  marker = markerOf(1);
});
afterAll(async () => {
  await line[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});
beforeEach(() => redis.ask('FLUSHALL'));

const markerOf = (number: number): string => `${number}:of-test:${line.process}`;

class Clock {
  nowMs = STARTS_MS;
  now = () => this.nowMs;
  heed = (atMs: number) => {
    this.nowMs = Math.max(this.nowMs, atMs);
  };
}

/** As if the database had nothing of any counter but these cells. */
function countsOptions(
  clock: Clock,
  database: string,
  cells: ReadonlyMap<string, readonly StoredCell[]> = new Map(),
) {
  const read = async (counters: readonly { readonly kind: Taken['kind']; readonly key: string }[]) =>
    counters.map(
      ({ key, kind }): Seed =>
        kind === 'window' ? { kind, key, cells: cells.get(key) ?? [] } : { kind, key, calls: 0 },
    );
  const inTime = <Result>(waited: Promise<Result>): Promise<Result> => waited;
  return { line, database, clock, read, inTime, seeding: new Map() };
}

const countsOf = (...of: Parameters<typeof countsOptions>) => new RedisCounts(countsOptions(...of));

async function step(counts: RedisCounts, acts: readonly Act[]) {
  const stepped = await counts.step(marker, acts);
  if (stepped === undefined) throw new Error('expected the epoch to go on');
  return stepped.reservations.map(([, reservation]) => reservation);
}

type Group = {
  readonly calls: readonly (readonly Demand[])[];
  readonly over: readonly (readonly [number, 'kept' | 'given_back'])[];
  readonly passMs: number;
};

const groups = fc.array(
  fc.record({
    calls: fc.array(
      arbitraryDemands.filter((demands) => demands.length > 0),
      { maxLength: 4 },
    ),
    over: fc.array(fc.tuple(fc.nat(9), arbitraryFate), { maxLength: 3 }),
    passMs: arbitraryPassing,
  }),
  { minLength: 1, maxLength: 12 },
) satisfies fc.Arbitrary<readonly Group[]>;

describe('a step on Redis', () => {
  it(`agrees with the engine in every one of ${HISTORIES} histories of groups`, {
    timeout: 600_000,
  }, async () => {
    let history = 0;
    await fc.assert(
      fc.asyncProperty(groups, async (played) => {
        history += 1;
        const clock = new Clock();
        const counts = countsOf(clock, `history-${history}`);
        await counts.begin(marker);
        const ledgers = openLedgers();
        const open: (readonly Taken[])[] = [];
        for (const { calls, over, passMs } of played) {
          clock.nowMs += passMs;
          const ended = over.flatMap(([which, fate]) => {
            const [taken] = open.splice(which % Math.max(1, open.length), 1);
            return taken === undefined ? [] : [{ taken, fate }];
          });
          for (const { fate, taken } of ended) settleAll(ledgers, taken, fate);
          const expected = calls.map((demands) => reserveAll(ledgers, demands, clock.nowMs));
          const returned = ended.flatMap(({ fate, taken }) =>
            taken.filter(({ kind }) => kind === 'concurrent' || fate === 'given_back'),
          );
          const acts = [
            ...returned.map((taken): Act => ({ kind: 'return', taken })),
            ...calls.map((demands): Act => ({ kind: 'take', demands })),
          ];
          if (acts.length > 0) expect(await step(counts, acts)).toEqual(expected);
          for (const { result, taken } of expected) if (result.ok) open.push(taken);
        }
      }),
      seeded(HISTORIES),
    );
  });

  it('counts amounts that have more digits than Lua writes', async () => {
    const counts = countsOf(new Clock(), 'large');
    await counts.begin(marker);
    const most = Number.MAX_SAFE_INTEGER;
    const of = (amount: number) =>
      [{ ...within('sum', 1), max: most, amount }] as unknown as readonly Demand[]; // a cast: amounts are branded
    const first = await step(counts, [{ kind: 'take', demands: of(most - 3) }]);
    const then = await step(
      counts,
      [1, 1, 2, 1].map((amount): Act => ({ kind: 'take', demands: of(amount) })),
    );
    expect([...first, ...then].map(({ result }) => result.ok)).toEqual([true, true, true, false, true]);
    const [last] = await step(counts, [{ kind: 'take', demands: of(1) }]);
    expect(last?.result.usage[0]?.before).toBe(most / MILLION);
  });

  it('forgets cells that no window sees, and keeps those that one does', async () => {
    const clock = new Clock();
    const counts = countsOf(clock, 'dropped');
    await counts.begin(marker);
    const short = { ...within('c', 10_000), windowMs: 1_000 } as Demand;
    for (let nth = 0; nth < 700; nth += 1) {
      clock.nowMs += 10;
      await step(counts, [{ kind: 'take', demands: [short] }]);
    }
    const [cells] = (await redis.ask('KEYS', 'boomgate:dropped:*:c:*')) as readonly string[];
    expect(await redis.ask('LLEN', cells ?? '')).toBeLessThan(2 * 400);
    const [last] = await step(counts, [{ kind: 'take', demands: [short] }]);
    expect(last?.result.usage[0]?.before).toBe(101);
  });

  it('begins with what the database has of a counter that it does not know, once', async () => {
    const clock = new Clock();
    const stored = [3, 1, 2].map((nth) => ({
      at: clock.nowMs - nth,
      amount: nth * MILLION,
      expires: clock.nowMs + 3_600_000,
    }));
    const counts = countsOf(clock, 'seeded', new Map([['c', stored]]));
    await counts.begin(marker);
    const ledgers = openLedgers();
    restore(
      ledgers,
      'c',
      stored.map(({ amount, at }) => ({ atMs: at, amount })),
    );
    for (let nth = 0; nth < 5; nth += 1) {
      const demands = [within('c', 9)];
      expect(await step(counts, [{ kind: 'take', demands }])).toEqual([
        reserveAll(ledgers, demands, clock.nowMs),
      ]);
    }
  });

  it('sees through each window what the database has of a counter', async () => {
    const clock = new Clock();
    const stored = Array.from({ length: 500 }, (_, nth) => ({
      at: clock.nowMs - nth * 7_001,
      amount: (1 + (nth % 3)) * MILLION,
      expires: clock.nowMs + 3_600_000,
    }));
    const counts = countsOf(clock, 'windows', new Map([['c', stored]]));
    await counts.begin(marker);
    const ledgers = openLedgers();
    const cells = stored.map(({ amount, at }) => ({ atMs: at, amount }));
    restore(ledgers, 'c', cells);
    const hour = within('c', 1_200);
    const demands = [
      [hour, { ...hour, max: 40 * MILLION, windowMs: 60_000 }],
      [{ ...hour, reset: 'calendar', unit: 'hour' }],
      [{ ...hour, windowMs: 600_000 }],
    ] as unknown as readonly (readonly Demand[])[]; // a cast: amounts are branded
    for (let nth = 0; nth < 6; nth += 1) {
      const taken = await step(
        counts,
        demands.map((those): Act => ({ kind: 'take', demands: those })),
      );
      expect(taken).toEqual(demands.map((those) => reserveAll(ledgers, those, clock.nowMs)));
      clock.nowMs += 50_003;
    }
  });

  it('counts what windows of both kinds see of one counter', async () => {
    const clock = new Clock();
    const counts = countsOf(clock, 'both');
    await counts.begin(marker);
    const ledgers = openLedgers();
    const rolling = within('c', 20);
    const calendar = { ...rolling, reset: 'calendar', unit: 'hour' } as Demand;
    for (let nth = 0; nth < 12; nth += 1) {
      clock.nowMs += 7_001;
      const demands = [[rolling], [calendar], [calendar, rolling]][nth % 3] ?? [];
      const [taken] = await step(counts, [{ kind: 'take', demands }]);
      expect(taken).toEqual(reserveAll(ledgers, demands, clock.nowMs));
    }
  });

  it('goes by the latest time that any replica came with', async () => {
    const [ahead, behind] = [new Clock(), new Clock()];
    ahead.nowMs += 90_000;
    const day = { ...within('c', 2), reset: 'calendar', unit: 'minute', windowMs: 60_000 } as Demand;
    const [one, other] = [countsOf(ahead, 'times'), countsOf(behind, 'times')];
    await one.begin(marker);
    for (const counts of [one, other, one]) await step(counts, [{ kind: 'take', demands: [day] }]);
    const [last] = await step(other, [{ kind: 'take', demands: [day] }]);
    expect([last?.result.ok, behind.nowMs]).toEqual([false, ahead.nowMs]);
  });

  it('does nothing in another epoch than its own', async () => {
    const counts = countsOf(new Clock(), 'epochs');
    await counts.begin(markerOf(2));
    const demands = [within('c', 1)];
    expect(await counts.step(marker, [{ kind: 'take', demands }])).toBeUndefined();
    expect(await counts.begin(marker)).toBe(false);
    expect(await counts.marker()).toBe(markerOf(2));
  });

  it('takes nothing for an answer that is to another question, and goes by no time in it', async () => {
    await using relay = await startRelay(redis.port);
    await using own = new Line({
      ...{ url: `redis://127.0.0.1:${relay.port}`, patienceMs: PATIENT_MS },
      warn: () => undefined,
    });
    await own.open();
    const clock = new Clock();
    const counts = new RedisCounts({ ...countsOptions(clock, 'astray'), line: own });
    await counts.begin(marker);
    const take = () => counts.step(marker, [{ kind: 'take', demands: [within('c', 9)] }]);
    await take();
    for (const answer of [
      '+OK',
      ':1',
      '$-1',
      '*0',
      '*2\r\n+late\r\n$-1',
      '*2\r\n+taken\r\n+x',
      '*2\r\n+unknown\r\n:1',
    ]) {
      relay.passing = (bytes, way) => (way === 'back' ? Buffer.from(`${answer}\r\n`) : bytes);
      await expect(take(), answer).rejects.toThrow('something else than it was asked');
      expect(own.isOpen).toBe(false);
      relay.passing = (bytes) => bytes;
      await until(() => own.isOpen);
    }
    expect((await take())?.reservations.map(([, { result }]) => result.ok)).toEqual([true]);
    expect(clock.nowMs).toBe(STARTS_MS);
  });

  it('leaves nothing of the epochs before', async () => {
    const counts = countsOf(new Clock(), 'left');
    for (const marker of [1, 2, 3].map(markerOf)) {
      await counts.begin(marker);
      await counts.step(marker, [{ kind: 'take', demands: [within('c', 9), inFlight('d', 9)] }]);
    }
    const numbers = async () => {
      const keys = (await redis.ask('KEYS', 'boomgate:left:*:*')) as readonly string[];
      return [...new Set(keys.map((key) => key.split(':')[2]))];
    };
    await until(async () => (await numbers()).join() === '3');
    expect(await counts.marker()).toBe(markerOf(3));
  });
});
