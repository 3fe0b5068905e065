import { randomBytes } from 'node:crypto';
import { migratePostgres } from '../../packages/server/src/index.ts';
import { startPostgres } from '../../packages/server/test/support/postgres.ts';
import { startRedis } from '../../packages/server/test/support/redis.ts';

/** A database with the schema in it, on a Postgres that waits for its disk, and a Redis where one is wanted; how a gateway uses them. */
export type Database = AsyncDisposable & {
  readonly database: string;
  readonly redis: string | undefined;
  readonly env: Readonly<Record<string, string>>;
};

export async function openDatabase({ withRedis = false } = {}): Promise<Database> {
  const started = new AsyncDisposableStack();
  const server = started.use(await startPostgres({ isDurable: true }));
  const redis = withRedis ? started.use(await startRedis()) : undefined;
  const database = await server.newDatabase();
  await migratePostgres(database);
  return {
    database,
    redis: redis?.url,
    env: { BOOMGATE_MASTER_KEY: randomBytes(32).toString('base64') },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
