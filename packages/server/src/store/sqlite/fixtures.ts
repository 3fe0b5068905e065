import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cellsOf, type StorePlace } from '../conformance/fixtures.ts';
import { openDatabase } from './driver.ts';
import { DATABASE_FILE, PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from './files.ts';
import { migrate } from './migrate.ts';
import { openSqliteStore } from './open.ts';

let migrated: Promise<Buffer> | undefined;

/** What `migrate` makes of nothing. */
async function migratedDatabase(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-migrated-'));
  const file = join(folder, DATABASE_FILE);
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 0 });
  await migrate(database, file);
  database.close();
  const made = await readFile(file);
  await rm(folder, { recursive: true });
  return made;
}

/**
 * Makes a data directory with a database in which there is nothing yet. It is a copy: all steps of the schema are three quarters of the
 * work of opening a store for the first time, and some thousand tests begin with one.
 */
export async function makeDataDirectory(directory: string): Promise<void> {
  migrated ??= migratedDatabase();
  await mkdir(directory, { mode: PRIVATE_DIRECTORY_MODE });
  await writeFile(join(directory, DATABASE_FILE), await migrated, { mode: PRIVATE_FILE_MODE });
}

/** A folder for a store of the conformance suite. */
export async function sqlitePlace(): Promise<StorePlace> {
  const directory = join(await mkdtemp(join(tmpdir(), 'boomgate-store-')), 'data');
  await makeDataDirectory(directory);
  return {
    open: (clock, as) => openSqliteStore({ directory, clock, as }),
    async kept() {
      const database = openDatabase(join(directory, DATABASE_FILE), { readOnly: true, busyTimeoutMs: 0 });
      const names = database.prepare<{ name: string }>("select name from sqlite_schema where type = 'table'");
      const rows = names.all().map(({ name }) => database.prepare<object>(`select * from "${name}"`).all());
      database.close();
      return cellsOf(rows.flat());
    },
    dispose: () => rm(dirname(directory), { recursive: true, force: true }),
  };
}
