import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreError } from '../contract.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Database } from './driver.ts';

/** Brings the schema up to date in one transaction. Rejects, and changes nothing, when it is not ours or newer. */
export async function migrate(database: Database, file: string): Promise<void> {
  if (missingSteps(database, file).length === 0) return;
  database.exec('begin immediate');
  try {
    // Another process may have done it while this one waited for the lock.
    if (missingSteps(database, file).length > 0) await runSteps(database);
    database.exec('commit');
  } catch (error) {
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}

/** For who may make a database, and leaves one that is there as it is: a gateway of an earlier version may be using it. */
export async function makeSchema(database: Database, file: string): Promise<void> {
  if (doneSteps(database, file).length === 0) await migrate(database, file);
  requireSchema(database, file);
}

/** For readers, who may not migrate: rejects unless the schema is exactly the one this program knows. `mend`: what to do with an older one. */
export function requireSchema(
  database: Database,
  file: string,
  mend = 'start the gateway once to bring it up to date',
): void {
  if (missingSteps(database, file).length === 0) return;
  const text = `${file} was made by an earlier version of boomgate: ${mend}`;
  throw new StoreError('older_schema', text);
}

function missingSteps(database: Database, file: string): string[] {
  const done = doneSteps(database, file);
  const unknown = done.filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0) {
    const text = `${file} was written by a newer version of boomgate (its schema has ${unknown.join(', ')}): install that version, or choose another directory with --data; nothing was changed`;
    throw new StoreError('newer_schema', text);
  }
  return Object.keys(MIGRATIONS).filter((name) => !done.includes(name));
}

function doneSteps(database: Database, file: string): string[] {
  const tables = database
    .prepare<{ name: string }>("select name from sqlite_schema where type = 'table'")
    .all();
  if (tables.length === 0) return [];
  if (!tables.some(({ name }) => name === 'kysely_migration')) {
    const text = `${file} is a database of another program; nothing was changed. Choose another directory with --data`;
    throw new StoreError('unreadable', text);
  }
  const steps = database.prepare<{ name: string }>('select name from kysely_migration order by name').all();
  return steps.map(({ name }) => name);
}

async function runSteps(database: Database): Promise<void> {
  const dialect = new SqliteDialect({ database: migrationDriver(database) });
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect }),
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    // The transaction around all steps is ours: it keeps other processes out, which Kysely's would not.
    disableTransactions: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** Kysely passes parameters as one array and asks whether a statement reads; the driver underneath knows both. */
function migrationDriver(database: Database): ConstructorParameters<typeof SqliteDialect>[0]['database'] {
  return database as never; // a cast: better-sqlite3 is what Kysely's own type describes
}
