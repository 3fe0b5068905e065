/** Limits whose counters are on a Redis that forgets, dies, or is left by a replica in the middle: what Postgres has counted stays counted. */
import type { Demand } from '@boomgate/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { times } from '../../../engine/test/runs.ts';
import { RESULT } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { admit, inFlight, isAllowed, isAllowedInTheEnd, within } from '../support/demands.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

const LIMIT = 50;
/** Of one replica in one round, of which so many at once: the limit is reached over several groups. */
const CALLS = 200;
const AT_ONCE = 4;
/** The trouble of a round begins as soon as so many of its calls were let through. */
const BEGINS_AFTER = [0, 1, 20, 40, LIMIT] as const;
/** Of each trouble of Redis. */
const ROUNDS = times(2 * BEGINS_AFTER.length);
/** Milliseconds after which a replica that is silent is dead. */
const DEAD_MS = 3_000;
const LONG_MS = 120_000;

const stores = useStores({ withRedis: true, isPatient: false });
let replicas: Store[];

beforeEach(async () => {
  replicas = [];
  for (let nth = 0; nth < 3; nth += 1) replicas.push(await stores.open({ deadMs: DEAD_MS }));
});

const ask = (...command: readonly string[]) => stores.redis().ask(...command);

const TROUBLES = {
  'is killed and starts again': async () => {
    await stores.redis().stop();
    await stores.redis().start();
  },
  'loses all its keys': () => ask('FLUSHALL'),
  'loses its scripts': () => ask('SCRIPT', 'FLUSH'),
} as const satisfies Readonly<Record<string, () => Promise<unknown>>>;
const NAMES = Object.keys(TROUBLES) as (keyof typeof TROUBLES)[]; // a cast: these are its keys

type Round = {
  readonly demand: Demand;
  readonly by: readonly Store[];
  /** How many calls are let through when the trouble begins. */
  readonly after: number;
  readonly trouble: () => Promise<unknown>;
};

/** Replicas call at once, and the trouble comes in between. Resolves to how many calls each of them let through. */
async function playRound({ after, by, demand, trouble }: Round): Promise<readonly number[]> {
  const allowed = by.map(() => 0);
  let troubled: Promise<unknown> | undefined;
  const callInTurn = async (store: Store, at: number): Promise<void> => {
    for (let nth = 0; nth < CALLS / AT_ONCE; nth += 1) {
      if (sum(allowed) >= after) troubled ??= trouble();
      if (await isAllowed(store, demand)) allowed[at] = (allowed[at] ?? 0) + 1;
    }
  };
  await Promise.all(by.flatMap((store, at) => Array.from({ length: AT_ONCE }, () => callInTurn(store, at))));
  expect(troubled, `a trouble after ${after} calls`).toBeDefined();
  await troubled;
  expect(sum(allowed), demand.counter).toBeLessThanOrEqual(LIMIT);
  return allowed;
}

const sum = (counts: readonly number[]): number => counts.reduce((one, other) => one + other, 0);

/** Replicas admit again, and what they take is on Redis. */
async function areWell(those: readonly Store[]): Promise<void> {
  const demand = within('well', 1_000_000);
  for (const replica of those) await until(() => isAllowed(replica, demand));
  expect(await ask('DBSIZE')).toBeGreaterThan(0);
}

type Use = {
  /** Calls that were let through before. */
  readonly before: number;
  /** Calls that count and that nobody here knows to be let through. */
  readonly others?: () => Promise<number>;
};

/** Calls by turns until the limit is used up: no place is lost, and none is there twice. */
async function useUp(demand: Demand, { before, others = async () => 0 }: Use): Promise<void> {
  let allowed = before;
  await until(async () => {
    for (const replica of replicas) if (await isAllowed(replica, demand)) allowed += 1;
    return allowed + (await others()) >= LIMIT;
  });
  expect(allowed + (await others()), demand.counter).toBe(LIMIT);
}

/** Nobody lets a further call through, and the log is whole. */
async function areUsedUp(demands: readonly Demand[]): Promise<void> {
  for (const demand of demands)
    for (const replica of replicas)
      expect(await isAllowedInTheEnd(replica, demand), demand.counter).toBe(false);
  expect((await replicas[0]?.decisions.verify())?.findings).toEqual([]);
}

describe('three replicas whose Redis', () => {
  it.each(NAMES)(
    `%s let exactly ${LIMIT} of three times ${CALLS} calls through`,
    {
      timeout: LONG_MS,
    },
    async (name) => {
      const demands: Demand[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const after = BEGINS_AFTER[round % BEGINS_AFTER.length] ?? 0;
        await areWell(replicas);
        const demand = within(`trouble ${round} after ${after}`, LIMIT);
        demands.push(demand);
        const allowed = await playRound({ demand, by: replicas, after, trouble: TROUBLES[name] });
        await areWell(replicas);
        await useUp(demand, { before: sum(allowed) });
      }
      await areUsedUp(demands);
    },
  );

  it.each(NAMES)('%s keep the places of calls in flight, and give each back once', async (name) => {
    await areWell(replicas);
    const demand = inFlight('places', 2);
    const held = [await admit(replicas[0], demand), await admit(replicas[1], demand)];
    expect(held.map(({ result }) => result.ok)).toEqual([true, true]);
    await TROUBLES[name]();
    await areWell(replicas);
    for (const replica of replicas) expect(await isAllowedInTheEnd(replica, demand)).toBe(false);
    for (const [at, admission] of held.entries()) replicas[at]?.journal.settle(admission, 'kept', RESULT);
    for (let nth = 0; nth < 2; nth += 1) await until(() => isAllowed(replicas[2], demand));
    for (const replica of replicas) expect(await isAllowedInTheEnd(replica, demand)).toBe(false);
  });
});

describe('a Redis that is away', () => {
  it('lets calls pass where their limit says so, and they count when it is back', async () => {
    await areWell(replicas);
    const { redis } = stores;
    const lenient = (demand: Demand): Demand => ({ ...demand, onStoreError: 'allow' });
    const [window, places] = [lenient(within('lenient', 3)), lenient(inFlight('lenient places', 2))];
    await redis().stop();
    for (const demand of [window, places]) {
      expect(await isAllowed(replicas[0], demand)).toBe(true);
      expect(await isAllowed(replicas[1], demand)).toBe(true);
    }
    const { result } = await admit(replicas[2], within('strict', 3));
    expect(result).toMatchObject({ ok: false, retryAfterMs: 1_000, usage: [] });
    expect(!result.ok && result.refused.message).toBe('limits cannot be counted now');
    expect((await replicas[0]?.load())?.countsLimits).toBe(false);
    await redis().start();
    await areWell(replicas);
    expect((await replicas[0]?.load())?.countsLimits).toBe(true);
    const counted = [];
    for (const demand of [window, window, places]) counted.push(await isAllowed(replicas[2], demand));
    expect(counted).toEqual([true, false, false]);
    expect((await replicas[0]?.decisions.verify())?.findings).toEqual([]);
  });
});

it('a Redis that comes back as it was a while ago is not believed', async () => {
  const demand = within('stale', LIMIT);
  const call = () => isAllowedInTheEnd(replicas[0], demand);
  for (let nth = 0; nth < 10; nth += 1) expect(await call()).toBe(true);
  await ask('SAVE');
  for (let nth = 10; nth < LIMIT; nth += 1) expect(await call()).toBe(true);
  await TROUBLES['is killed and starts again']();
  // Each replica is connected again, as is who asks, and nobody called meanwhile who would have noticed.
  const clients = async () =>
    String(await ask('CLIENT', 'LIST'))
      .trimEnd()
      .split('\n').length;
  await until(async () => (await clients()) > replicas.length);
  expect(await ask('DBSIZE')).toBeGreaterThan(0);
  await areUsedUp([demand]);
});

describe('replicas of which one has no Redis', () => {
  it(`let exactly ${LIMIT} of three times ${CALLS} calls through, and count calls in flight together`, {
    timeout: LONG_MS,
  }, async () => {
    const mixed = [...replicas.slice(0, 2), await stores.open({ deadMs: DEAD_MS, redis: 'none' })];
    for (const round of ['first', 'second', 'third']) {
      await areWell(replicas);
      const demand = within(`${round} round`, LIMIT);
      const all = mixed.flatMap((one) => Array.from({ length: CALLS }, () => isAllowed(one, demand)));
      const allowed = (await Promise.all(all)).filter(Boolean).length;
      expect(allowed).toBeLessThanOrEqual(LIMIT);
      await useUp(demand, { before: allowed });
      for (const one of mixed) expect(await isAllowedInTheEnd(one, demand)).toBe(false);
    }
    const places = inFlight('places', 2);
    const held = [await admit(mixed[0], places), await admit(mixed[2], places)];
    for (const one of mixed) expect(await isAllowedInTheEnd(one, places)).toBe(false);
    for (const [nth, admission] of held.entries()) mixed[nth * 2]?.journal.settle(admission, 'kept', RESULT);
    await Promise.all(mixed.map(({ journal }) => journal.flush()));
    for (const one of [mixed[1], mixed[2]]) expect(await isAllowedInTheEnd(one, places)).toBe(true);
  });
});

describe('replicas of which one dies in the middle', () => {
  it(`let exactly ${LIMIT} of three times ${CALLS} calls through, with those that the dead one recorded`, {
    timeout: LONG_MS,
  }, async () => {
    const living = replicas.slice(0, 2);
    const rounds: { readonly demand: Demand; readonly before: number; readonly byDead: number }[] = [];
    for (const after of BEGINS_AFTER) {
      const { end, redis, url } = await stores.openLine();
      const mortal = await stores.open({ url, redis, deadMs: DEAD_MS });
      await areWell([...living, mortal]);
      const demand = within(`death after ${after}`, LIMIT);
      const [one = 0, other = 0, byDead = 0] = await playRound({
        ...{ demand, after },
        by: [...living, mortal],
        trouble: end,
      });
      rounds.push({ demand, before: one + other, byDead });
    }
    for (const { before, byDead, demand } of rounds) {
      // Also of a commit of which the dead one never heard: what became of such a call nobody can know.
      const others = async () => {
        const filter = { limit: 1_000, target: demand.counter, status: 'unknown' } as const;
        return (await replicas[0]?.decisions.query(filter))?.length ?? 0;
      };
      await useUp(demand, { before, others });
      expect(await others(), demand.counter).toBeGreaterThanOrEqual(byDead);
    }
    await areUsedUp(rounds.map(({ demand }) => demand));
  });
});
