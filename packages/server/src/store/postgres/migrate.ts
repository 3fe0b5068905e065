import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { toPostgresError } from './errors.ts';
import { checkedUrl } from './pool.ts';
import { STEPS, schemaOf } from './schema.ts';

/** Milliseconds for a connection; a step takes as long as it needs. */
const PATIENCE_MS = 5_000;
/** Milliseconds that a step waits for a table: who comes to it meanwhile waits behind it, and replicas wait 400. */
const LOCK_MS = 150;
/** Milliseconds until steps that found a table in use are tried again, and how often. */
const AGAIN_MS = 500;
const TRIES = 60;
/** SQLSTATE of a lock that did not come in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the schema up to date, all steps or none; whoever else migrates waits. Replicas that run go on meanwhile. Returns the steps
 * that were made: none where there is nothing to do. Rejects with `StoreError`: `newer_schema`, `unreadable`, or `unavailable`.
 */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const pool = new pg.Pool({
    connectionString: checkedUrl(url),
    max: 2,
    connectionTimeoutMillis: PATIENCE_MS,
  });
  // Who asks next is told.
  pool.on('error', () => undefined);
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { missing } = await schemaOf(pool);
    return missing.length === 0 ? [] : await runSteps(database);
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await database.destroy();
  }
}

async function runSteps(db: Kysely<unknown>, triesLeft = TRIES): Promise<readonly string[]> {
  const getMigrations = async () =>
    Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, impatient(step)]));
  const migrator = new Migrator({ db, provider: { getMigrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return results.map(({ migrationName }) => migrationName);
  const isInUse = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
  if (!isInUse || triesLeft === 0) throw error;
  await wait(AGAIN_MS);
  return runSteps(db, triesLeft - 1);
}

function impatient(step: Migration): Migration {
  return {
    async up(database) {
      await sql.raw(`set local lock_timeout = ${LOCK_MS}`).execute(database);
      await step.up(database);
    },
  };
}
