import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { StoreError } from '../contract.ts';
import { BASE } from './base.ts';
import { toPostgresError } from './errors.ts';
import { REPLICAS } from './replicas-schema.ts';

/** Milliseconds for a connection; a step takes as long as it needs. */
const PATIENCE_MS = 5_000;

/** By name, in the order of the names. */
const STEPS: Readonly<Record<string, Migration>> = {
  '0014_base': { up: (database) => make(database, BASE) },
  '0015_replicas': { up: (database) => make(database, REPLICAS) },
};

/**
 * Brings the schema up to date, each step whole or not at all; whoever else migrates waits. Rejects with `StoreError`:
 * `newer_schema`, or `unavailable`.
 */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: PATIENCE_MS });
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const provider = { getMigrations: async () => ({ ...STEPS }) };
    const migrator = new Migrator({ db: database, provider });
    await refuseNewer(database, migrator);
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return results.map(({ migrationName }) => migrationName);
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await database.destroy();
  }
}

async function refuseNewer(database: Kysely<unknown>, migrator: Migrator): Promise<void> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(database);
  const known = new Set((await migrator.getMigrations()).map(({ name }) => name));
  const unknown = done.rows.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const text = `the database was written by a newer version of boomgate (its schema has ${unknown.join(', ')}): install that version; nothing was changed`;
  throw new StoreError('newer_schema', text);
}

/** Texts compare by their bytes, as in SQLite; every whole number is one of 64 bits. */
async function make(database: Kysely<unknown>, statements: string): Promise<void> {
  for (const statement of statements.trim().split('\n\n'))
    await sql.raw(inPostgres(statement)).execute(database);
}

function inPostgres(statement: string): string {
  return statement
    .replace(/\) strict(?:, without rowid)?;$/, ');')
    .replaceAll(/(" )text\b/g, '$1text collate "C"')
    .replaceAll(/(" )integer\b/g, '$1bigint')
    .replaceAll(/(" )real\b/g, '$1double precision')
    .replaceAll(/(" )blob\b/g, '$1bytea');
}
