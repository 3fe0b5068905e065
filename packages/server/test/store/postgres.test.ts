import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStore } from '../../src/store/conformance/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let server: PostgresServer;
let redis: RedisServer;
let migrated: string;
beforeAll(async () => {
  [server, redis] = await Promise.all([startPostgres(), startRedis()]);
  migrated = await server.newDatabase();
  await migratePostgres(migrated);
});
afterAll(async () => {
  await Promise.all([server[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
});

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place', ({ place, withRedis }) => {
  describeStore(place, async () => {
    const url = await server.newDatabase(migrated);
    // Copies have one name there.
    if (withRedis) await redis.ask('FLUSHALL');
    const masterKey = randomBytes(32).toString('base64');
    return {
      // Its time is that of the test, as is that of the database's machine.
      open: (clock) =>
        openPostgresStore({
          url,
          redis: withRedis ? redis.url : undefined,
          clock,
          masterKey,
          isReplica: true,
          serverMs: clock.wallMs(),
          // Dropping the database ends connections that are just closing.
          onWarning: () => undefined,
        }),
      dispose: () => server.dropDatabase(url),
    };
  });
});

describe('the schema of Postgres', () => {
  it('is made once, whoever else makes it at the same time', async () => {
    const url = await server.newDatabase();
    const made = await Promise.all(Array.from({ length: 3 }, () => migratePostgres(url)));
    expect(made.flat()).toEqual(['0014_base', '0015_replicas', '0016_dead', '0017_stopped', '0018_epochs']);
    await server.dropDatabase(url);
  });
});
