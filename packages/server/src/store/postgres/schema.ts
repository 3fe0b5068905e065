import type pg from 'pg';
import { StoreError } from '../contract.ts';
import { STEPS } from './steps.ts';

/** A pool, or one connection. */
type Asked = {
  query<Row extends pg.QueryResultRow>(text: string): Promise<{ readonly rows: Row[] }>;
};

/** Steps that this program knows and the database has not, or the other way round. */
export type SchemaState = {
  readonly missing: readonly string[];
  readonly ahead: readonly string[];
  /** Nothing was made yet. */
  readonly isEmpty: boolean;
};

/**
 * How the schema stands to this program. Rejects, and changes nothing, with `newer_schema` when it needs a newer program, and with
 * `unreadable` when the database is somebody else's.
 */
export async function schemaOf(pool: Asked): Promise<SchemaState> {
  const done = await doneSteps(pool);
  const known = Object.keys(STEPS);
  const ahead = done.filter((name) => !known.includes(name));
  const missing = known.filter((name) => !done.includes(name));
  if (ahead.length > 0 && (missing.length > 0 || (await floorOf(pool)).some((name) => !known.includes(name))))
    throw new StoreError(
      'newer_schema',
      `the database was written by a newer version of boomgate (its schema has ${ahead.join(', ')}): install that version; nothing was changed`,
    );
  return { missing, ahead, isEmpty: done.length === 0 };
}

/** Rejects unless this program can use the schema as it is: also one that is ahead of it, if it only adds. */
export async function requireSchema(pool: Asked): Promise<void> {
  const { isEmpty, missing } = await schemaOf(pool);
  if (missing.length === 0) return;
  const found = isEmpty
    ? 'the database is empty'
    : `the schema of the database is of an earlier version (it lacks ${missing.join(', ')})`;
  const text = `${found}: run "boomgate migrate --database URL", or start the gateway with --migrate`;
  throw new StoreError('unavailable', text);
}

async function doneSteps(pool: Asked): Promise<readonly string[]> {
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

async function floorOf(pool: Asked): Promise<readonly string[]> {
  const { rows } = await pool.query<{ step: string }>('select step from schema_floor');
  return rows.map(({ step }) => step);
}
