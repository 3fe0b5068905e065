import { randomBytes } from 'node:crypto';
import { migratePostgres } from '../../packages/server/src/index.ts';
import { startPostgres } from '../../packages/server/test/support/postgres.ts';

/** A database with the schema in it, on a Postgres that waits for its disk; and what a gateway reads to open it. */
export type Database = AsyncDisposable & {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
};

export async function openDatabase(): Promise<Database> {
  const server = await startPostgres({ isDurable: true });
  const url = await server.newDatabase();
  await migratePostgres(url);
  return {
    url,
    env: { BOOMGATE_MASTER_KEY: randomBytes(32).toString('base64') },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
