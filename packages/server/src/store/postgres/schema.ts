import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { StoreError } from '../contract.ts';
import { BASE } from './base.ts';
import type { Pool } from './pool.ts';
import { REPLICAS } from './replicas-schema.ts';

/**
 * By name, in the order of the names. A step only adds to what is there, so that replicas of the version before go on with it; one
 * that takes something away notes itself in `schema_floor`, and comes when no version that needs it can be running.
 */
export const STEPS: Readonly<Record<string, Migration>> = {
  '0014_base': { up: (database) => make(database, BASE) },
  '0015_replicas': { up: (database) => make(database, REPLICAS) },
};

/** Steps that this program knows and the database has not, or the other way round. */
export type SchemaState = { readonly missing: readonly string[]; readonly ahead: readonly string[] };

/**
 * How the schema stands to this program. Rejects, and changes nothing, with `newer_schema` when it needs a newer program, and with
 * `unreadable` when the database is somebody else's.
 */
export async function schemaOf(pool: Pick<Pool, 'query'>): Promise<SchemaState> {
  const done = await doneSteps(pool);
  const known = Object.keys(STEPS);
  const ahead = done.filter((name) => !known.includes(name));
  const missing = known.filter((name) => !done.includes(name));
  if (ahead.length > 0 && (missing.length > 0 || (await floorOf(pool)).some((name) => !known.includes(name))))
    throw new StoreError(
      'newer_schema',
      `the database was written by a newer version of boomgate (its schema has ${ahead.join(', ')}): install that version; nothing was changed`,
    );
  return { missing, ahead };
}

/** Rejects unless this program can use the schema as it is: also one that is ahead of it, if it only adds. */
export async function requireSchema(pool: Pick<Pool, 'query'>): Promise<void> {
  const { missing } = await schemaOf(pool);
  if (missing.length === 0) return;
  const found =
    missing.length === Object.keys(STEPS).length
      ? 'the database is empty'
      : `the schema of the database is of an earlier version (it lacks ${missing.join(', ')})`;
  const text = `${found}: run "boomgate migrate --database URL", or start the gateway with --migrate`;
  throw new StoreError('unavailable', text);
}

async function doneSteps(pool: Pick<Pool, 'query'>): Promise<readonly string[]> {
  const found = await pool.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = current_schema()',
  );
  if (found.rows.length === 0) return [];
  if (!found.rows.some(({ name }) => name === 'kysely_migration')) {
    const text =
      'the database has tables of another program; nothing was changed. Make one for boomgate alone, and name it with --database';
    throw new StoreError('unreadable', text);
  }
  const { rows } = await pool.query<{ name: string }>('select name from kysely_migration order by name');
  return rows.map(({ name }) => name);
}

async function floorOf(pool: Pick<Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await pool.query<{ step: string }>('select step from schema_floor');
  return rows.map(({ step }) => step);
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
