/** How replicas hear of each other's changes: by Postgres, and by Redis where there is one. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Kept } from '../../src/kept.ts';
import { type Feed, postgresFeed } from '../../src/store/postgres/feed.ts';
import { migratePostgres } from '../../src/store/postgres/index.ts';
import { News, tellNews } from '../../src/store/postgres/news.ts';
import { openPool } from '../../src/store/postgres/pool.ts';
import { Line, RedisFeed } from '../../src/store/redis/index.ts';
import { askAll, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { startRelay } from '../support/relay.ts';

/** Milliseconds in which a change must be heard of; without a feed it takes up to two seconds. */
const SOON_MS = 1_000;
/** Milliseconds between two questions whether a connection still hears. */
const ALIVE_MS = 50;

let postgres: PostgresServer;
let redis: RedisServer;
let url: string;
let opened: Kept;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  url = await postgres.newDatabase();
  await migratePostgres(url);
});
afterAll(async () => {
  await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
});
afterEach(() => opened[Symbol.asyncDispose]());

type Replica = {
  readonly news: News;
  readonly write: () => Promise<void>;
  readonly warnings: readonly string[];
};

const FEEDS = {
  Postgres: async (pool: pg.Pool): Promise<Feed> => postgresFeed(pool),
  Redis: async (): Promise<Feed> => {
    const line = opened.keep(new Line({ url: redis.url, warn: () => undefined }));
    await line.open();
    return new RedisFeed({ url: redis.url, database: 'd', line });
  },
} as const;
const CUTS = {
  Postgres: () =>
    askAll(url, [
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'replica'",
    ]),
  Redis: () => redis.cut(),
} as const;
const NAMES = Object.keys(FEEDS) as (keyof typeof FEEDS)[]; // a cast: these are its keys

async function openReplica(kind: keyof typeof FEEDS): Promise<Replica> {
  const pool = new pg.Pool({ connectionString: url, application_name: 'replica' });
  opened.keep({ [Symbol.asyncDispose]: () => pool.end() });
  pool.on('error', () => undefined);
  // One that is cut while it is used tells whoever uses it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const warnings: string[] = [];
  const feeds = [await FEEDS[kind](pool)];
  const options = {
    feeds,
    monotonicMs: () => performance.now(),
    warn: (text: string) => void warnings.push(text),
  };
  const news = opened.keep(new News(pool, options));
  await news.open();
  const write = async () => {
    const client = await pool.connect();
    try {
      await tellNews(client as never, new Set(['policies'])); // a cast: the pool of the store answers big numbers as numbers
    } finally {
      client.release(true);
    }
    news.wrote(new Set(['policies']));
  };
  return { news, write, warnings };
}

/** Milliseconds until one hears of what another writes. */
async function heardAfter(by: Replica, writes: () => Promise<void>): Promise<number> {
  const changed = by.news.watch(['policies']);
  await writes();
  const startedMs = performance.now();
  await until(async () => changed());
  return performance.now() - startedMs;
}

describe.each(NAMES)('by %s a replica', (kind) => {
  it('hears at once of what another one wrote, and not of what is not its own to watch', async () => {
    opened = new Kept();
    const [one, other] = [await openReplica(kind), await openReplica(kind)];
    const grants = other.news.watch(['grants']);
    for (let nth = 0; nth < 3; nth += 1) expect(await heardAfter(other, one.write)).toBeLessThan(SOON_MS);
    expect(grants()).toBe(false);
  });

  it('hears of it also when the feed was cut, and at once when it was made anew', async () => {
    opened = new Kept();
    const [one, other] = [await openReplica(kind), await openReplica(kind)];
    await CUTS[kind]();
    await until(async () => other.warnings.length > 0);
    const write = () =>
      until(() =>
        one.write().then(
          () => true,
          () => false,
        ),
      );
    await heardAfter(other, write);
    await until(async () => (await heardAfter(other, write)) < SOON_MS / 10);
    expect(other.warnings[0]).toContain('a feed of changes broke');
  });
});

const THROUGH = {
  Postgres: async (port: number): Promise<Feed> => {
    const pool = openPool({ url: withPort(url, port), onWarning: () => undefined, patienceMs: SOON_MS });
    opened.keep({ [Symbol.asyncDispose]: () => pool.end() });
    return postgresFeed(pool, ALIVE_MS);
  },
  Redis: async (port: number): Promise<Feed> => {
    const line = opened.keep(new Line({ url: redis.url, warn: () => undefined }));
    return new RedisFeed({ url: withPort(redis.url, port), database: 'd', line, aliveMs: ALIVE_MS });
  },
} as const;

function withPort(address: string, port: number): string {
  return Object.assign(new URL(address), { port: String(port) }).href;
}

it.each(NAMES)(
  'a connection to %s that was forgotten on the way is not listened to for long',
  async (kind) => {
    opened = new Kept();
    const relay = opened.keep(await startRelay(kind === 'Redis' ? redis.port : postgres.port));
    const feed = await THROUGH[kind](relay.port);
    const lost: Error[] = [];
    await feed.listen(
      () => undefined,
      (error) => void lost.push(error),
    );
    let asked = 0;
    relay.passing = (bytes, way) => {
      if (way === 'there') asked += 1;
      return bytes;
    };
    await until(() => asked >= 3);
    expect(lost).toEqual([]);
    relay.passing = () => Buffer.alloc(0);
    await until(() => lost.length > 0);
    relay.passing = (bytes) => bytes;
    const end = await feed.listen(
      () => undefined,
      (error) => void lost.push(error),
    );
    end();
    expect(lost).toHaveLength(1);
  },
);

describe('a Redis that stands still', () => {
  const PASSWORD = 'so that a connection begins with a question';

  it('keeps nobody who wants to listen or to count', async () => {
    opened = new Kept();
    await redis.letIn(PASSWORD);
    const url = redis.url.replace('//', `//:${encodeURIComponent(PASSWORD)}@`);
    const line = opened.keep(new Line({ url, warn: () => undefined }));
    redis.signal('SIGSTOP');
    try {
      const feed = new RedisFeed({ url, database: 'd', line });
      const nobody = () => undefined;
      await expect(feed.listen(nobody, nobody)).rejects.toThrow('does not answer in time');
      await expect(line.open()).rejects.toThrow('does not answer in time');
    } finally {
      redis.signal('SIGCONT');
      await redis.letIn(undefined);
    }
    const open = opened.keep(new Line({ url: redis.url, warn: () => undefined }));
    await open.open();
    const end = await new RedisFeed({ url: redis.url, database: 'd', line: open }).listen(
      () => undefined,
      () => undefined,
    );
    end();
  });
});
