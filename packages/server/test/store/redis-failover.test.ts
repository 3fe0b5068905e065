/** Replicas whose Redis changes places with another that lagged, or forgets a part of what it held: what Postgres counted stays counted. */
import { afterEach, expect, it } from 'vitest';
import { TestClock } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { isAllowedInTheEnd, within } from '../support/demands.ts';
import { until } from '../support/programs.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { startRelay } from '../support/relay.ts';
import { useStores } from '../support/stores.ts';

const LIMIT = 6;
const HOUR_MS = 3_600_000;

const stores = useStores({ withRedis: true });

afterEach(() => leads(stores.redis()));

async function allowed(by: readonly Store[], calls: number): Promise<number> {
  let count = 0;
  for (let nth = 0; nth < calls; nth += 1)
    for (const store of by) if (await isAllowedInTheEnd(store, within('c', LIMIT))) count += 1;
  return count;
}

/** It has what the other has by now. */
async function follow(redis: RedisServer, { port }: RedisServer): Promise<void> {
  await redis.ask('REPLICAOF', '127.0.0.1', String(port));
  await until(async () => String(await redis.ask('INFO', 'replication')).includes('master_link_status:up'));
}

const leads = (redis: RedisServer) => redis.ask('REPLICAOF', 'NO', 'ONE');

it('a replica of it that lagged takes its place behind the same address', async () => {
  await using second = await startRedis();
  const first = stores.redis();
  await using address = await startRelay(first.port);
  const url = `redis://127.0.0.1:${address.port}`;
  const by = [await stores.open({ redis: url }), await stores.open({ redis: url })];
  expect(await allowed(by, 1)).toBe(2);
  await follow(second, first);
  await leads(second);
  expect(await allowed(by, 1)).toBe(2);
  address.to = second.port;
  address.cut();
  expect(await allowed(by, LIMIT)).toBe(LIMIT - 4);
  expect((await by[0]?.decisions.verify())?.findings).toEqual([]);
});

it('it follows the one that takes its place, and ends no connection', async () => {
  await using second = await startRedis();
  const first = stores.redis();
  await using address = await startRelay(first.port);
  const url = `redis://127.0.0.1:${address.port}`;
  const by = [await stores.open({ redis: url }), await stores.open({ redis: url })];
  expect(await allowed(by, 2)).toBe(4);
  await follow(second, first);
  await leads(second);
  address.to = second.port;
  await follow(first, second);
  expect(await allowed(by, LIMIT)).toBe(LIMIT - 4);
  expect(String(await second.ask('KEYS', '*'))).toContain(':marker');
});

it('it follows one that lagged for a while in which nobody calls, and leads again', async () => {
  await using second = await startRedis();
  const first = stores.redis();
  await using address = await startRelay(first.port);
  const cutOff = await stores.open({ redis: `redis://127.0.0.1:${address.port}` });
  const by = [cutOff, await stores.open()];
  expect(await allowed(by, 1)).toBe(2);
  await follow(second, first);
  await leads(second);
  expect(await allowed(by, 1)).toBe(2);
  await follow(first, second);
  await leads(first);
  address.cut();
  // Nobody is refused meanwhile, who would notice.
  await until(async () => !(await cutOff.load()).countsLimits);
  await until(async () => (await cutOff.load()).countsLimits);
  expect(await allowed(by, LIMIT)).toBe(LIMIT - 4);
  // Both agree which epoch it is.
  const marker = async () => first.ask('GET', String(((await first.ask('KEYS', '*:marker')) as string[])[0])); // a cast: what KEYS answers
  const held = await marker();
  expect(await allowed(by, 2)).toBe(0);
  expect(await marker()).toBe(held);
});

it.each(['c:', 'v:', 'marker', 'clock'])('it evicts its keys of one kind: %s', async (kind) => {
  const clock = new TestClock();
  const one = await stores.open({ clock });
  expect(await allowed([one], 2)).toBe(2);
  const keys = (await stores.redis().ask('KEYS', `*:${kind}*`)) as readonly string[]; // a cast: what KEYS answers
  expect(keys).toHaveLength(1);
  await stores.redis().ask('DEL', ...keys);
  expect(await allowed([one], LIMIT)).toBe(LIMIT - 2);
  clock.pass(2 * HOUR_MS);
  expect(await allowed([one], LIMIT + 1)).toBe(LIMIT);
});
