import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../src/limits/index.ts';
import { TestClock } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { type Relay, startRelay } from './relay.ts';

/** Milliseconds in which Postgres and Redis answer, also while the machine does much else. */
export const PATIENT_MS = 5_000;

type StoreOptions = {
  /** One that a test moves, unless it is given. */
  readonly clock?: Clock;
  /** Another way to the database. */
  readonly url?: string;
  /** Another way to Redis, or none although there is one. */
  readonly redis?: string | 'none' | undefined;
  /** Milliseconds after which a replica that is silent is dead. */
  readonly deadMs?: number;
};

/** A way of its own to the database, and to Redis where there is one. */
type Line = {
  /** That to the database. */
  readonly line: Relay;
  readonly url: string;
  readonly redis: string | undefined;
  /** Cuts both at once and for good, as when who uses them dies. */
  readonly end: () => Promise<void>;
};

/** A database for each test of a file, on one Postgres, and the stores that a test opens on it, which are closed after it. */
type StoresOfATest = {
  readonly url: () => string;
  readonly open: (options?: StoreOptions) => Promise<Store>;
  readonly openLine: () => Promise<Line>;
  /** Another database as this one is now, while no store is open on it; its address. */
  readonly copy: () => Promise<string>;
  readonly postgres: () => PostgresServer;
  /** The Redis of all tests, which holds nothing when one begins. */
  readonly redis: () => RedisServer;
};

type ServersOfAFile = {
  readonly postgres: () => PostgresServer;
  /** Undefined where none was asked for. */
  readonly redis: () => RedisServer | undefined;
  /** A database with the schema, for one test, and a Redis that holds nothing: by it copies of a database have one name. */
  readonly newStore: () => Promise<string>;
};

/** A Postgres for all tests of a file, and a Redis if one is wanted. To be called once, where a file or a suite begins. */
export function useServers({ withRedis }: { readonly withRedis: boolean }): ServersOfAFile {
  let postgres: PostgresServer;
  let redis: RedisServer | undefined;
  let migrated: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    migrated = await postgres.newDatabase();
    await migratePostgres(migrated);
    if (withRedis) redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });
  return {
    postgres: () => postgres,
    redis: () => redis,
    async newStore() {
      await redis?.ask('FLUSHALL');
      return postgres.newDatabase(migrated);
    },
  };
}

/**
 * To be called once, where a file or a suite begins. `withRedis`: its stores keep their counters on a Redis. `isPatient`: they wait longer
 * than usual for an answer, for tests in which none stays away.
 */
export function useStores({ isPatient = true, withRedis = false } = {}): StoresOfATest {
  const masterKey = randomBytes(32).toString('base64');
  const servers = useServers({ withRedis });
  let url = '';
  let stores: Store[] = [];
  let lines: Relay[] = [];
  beforeEach(async () => {
    url = await servers.newStore();
  });
  afterEach(async () => {
    for (const one of [...stores, ...lines]) await one[Symbol.asyncDispose]();
    [stores, lines] = [[], []];
    await servers.postgres().dropDatabase(url);
  });
  const lineTo = async (address: string) => {
    const line = await startRelay(Number(new URL(address).port));
    lines.push(line);
    const through = new URL(address);
    through.port = String(line.port);
    return { line, url: through.href };
  };
  return {
    url: () => url,
    postgres: servers.postgres,
    copy: () => servers.postgres().newDatabase(url),
    redis() {
      const redis = servers.redis();
      if (redis === undefined) throw new Error('expected a suite with a Redis, found one without');
      return redis;
    },
    async open({
      clock = new TestClock(),
      deadMs,
      redis: wayToRedis = servers.redis()?.url,
      url: way = url,
    } = {}) {
      const store = await openPostgresStore({
        ...{ url: way, clock, masterKey, onWarning: () => undefined },
        ...(wayToRedis === undefined || wayToRedis === 'none' ? {} : { redis: wayToRedis }),
        ...(deadMs === undefined ? {} : { deadMs }),
        ...(isPatient ? { patienceMs: PATIENT_MS } : {}),
      });
      stores.push(store);
      return store;
    },
    async openLine() {
      const toDatabase = await lineTo(url);
      const redis = servers.redis();
      const toRedis = redis === undefined ? undefined : await lineTo(redis.url);
      return {
        ...toDatabase,
        redis: toRedis?.url,
        async end() {
          await Promise.all([toDatabase, toRedis].map((way) => way?.line[Symbol.asyncDispose]()));
        },
      };
    },
  };
}
