import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Config, EMPTY_CONFIG } from '../config/config.ts';
import { loadConfig } from '../config/index.ts';
import { readinessOf } from '../front/readiness.ts';
import { systemClock } from '../limits/index.ts';
import { openDatabase, openSqliteStore, type Store } from '../store/index.ts';
import { type Live, openLive, urlOf } from './live.ts';

let data: string;
let store: Store;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'boomgate-live-'));
  store = await openSqliteStore({ directory: data, clock: systemClock() });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(data, { recursive: true });
});

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const opened = (config: Config): Promise<Live> =>
  openLive(
    { host: '127.0.0.1', port: 0, data, environment: {}, log: silent },
    { config, store, clock: systemClock() },
  );

async function configWith(policy: object): Promise<Config> {
  const path = join(data, 'boomgate.config.json');
  await writeFile(path, JSON.stringify({ mcpServers: {}, policies: { p: { version: '1', ...policy } } }));
  const loaded = await loadConfig({ path, environment: {}, allowPrivate: true });
  if (!loaded.ok) throw new Error(loaded.problems.join('; '));
  return loaded.config;
}

it('counts what is in force otherwise than before, and not what is read again', async () => {
  const live = await opened(await configWith({ default: 'allow' }));
  await using _upstreams = live.upstreams;
  const counted = [live.changes];
  const inForce = [live.registries];
  for (const next of [undefined, await configWith({ default: 'deny' }), undefined]) {
    await live.apply(next);
    counted.push(live.changes);
    inForce.push(live.registries);
  }
  const [first = 0] = counted;
  expect(counted).toEqual([first, first, first + 1, first + 1]);
  // Workers are told of another one alone.
  expect(inForce.map((one) => inForce.indexOf(one))).toEqual([0, 0, 2, 2]);
});

it('is not ready while a change is not in force, and keeps which one it was', async () => {
  const live = await opened(EMPTY_CONFIG);
  await using _upstreams = live.upstreams;
  expect(await readinessOf(live)).toMatchObject({ ready: true });
  const other = openDatabase(join(data, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
  other.exec('alter table policies rename to policies_away');
  const config = { ...EMPTY_CONFIG, holdMs: 5 };
  await expect(live.apply(config)).rejects.toThrow();
  expect(live.behind).toEqual({ config });
  expect((await readinessOf(live)).checks.policies).toBe('what changed could not be put in force');
  other.exec('alter table policies_away rename to policies');
  other.close();
  await live.apply(live.behind?.config);
  expect(live.config).toBe(config);
  expect(await readinessOf(live)).toMatchObject({ ready: true });
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:7411'],
  ['::1', 'http://[::1]:7411'],
  ['0.0.0.0', 'http://127.0.0.1:7411'],
  ['::', 'http://[::1]:7411'],
  ['[::]', 'http://[::1]:7411'],
  ['10.0.0.5', 'http://10.0.0.5:7411'],
])('listening on %s it is reached at %s', (host, url) => {
  expect(urlOf({ host }, { port: 7411 })).toBe(url);
});
