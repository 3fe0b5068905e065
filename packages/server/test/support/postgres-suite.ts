import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { describeStore } from '../../src/store/conformance/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type RedisServer, startRedis } from './redis.ts';

/** The suite of all stores on a Postgres of its own, whose counters are on a Redis where there is to be one. */
export function describePostgres(place: string, { withRedis }: { readonly withRedis: boolean }): void {
  let server: PostgresServer;
  let redis: RedisServer | undefined;
  let migrated: string;
  beforeAll(async () => {
    server = await startPostgres();
    if (withRedis) redis = await startRedis();
    migrated = await server.newDatabase();
    await migratePostgres(migrated);
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  describeStore(place, async () => {
    const url = await server.newDatabase(migrated);
    // Copies have one name there.
    await redis?.ask('FLUSHALL');
    const masterKey = randomBytes(32).toString('base64');
    return {
      // Its time is that of the test, as is that of the database's machine.
      open: (clock) =>
        openPostgresStore({
          url,
          redis: redis?.url,
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
}
