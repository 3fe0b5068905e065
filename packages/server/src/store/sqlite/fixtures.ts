import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellsOf, type StorePlace } from '../conformance/fixtures.ts';
import { openDatabase } from './driver.ts';
import { DATABASE_FILE } from './files.ts';
import { openSqliteStore } from './open.ts';

/** A folder for a store of the conformance suite. */
export async function sqlitePlace(): Promise<StorePlace> {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-store-'));
  return {
    open: (clock, as) => openSqliteStore({ directory, clock, as }),
    async kept() {
      const database = openDatabase(join(directory, DATABASE_FILE), { readOnly: true, busyTimeoutMs: 0 });
      const names = database.prepare<{ name: string }>("select name from sqlite_schema where type = 'table'");
      const rows = names.all().map(({ name }) => database.prepare<object>(`select * from "${name}"`).all());
      database.close();
      return cellsOf(rows.flat());
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}
