import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bounds } from '@boomgate/engine';
import { StoreError } from '../contract.ts';
import type { Cell, KeptContent, KeptTable } from '../kept-tables.ts';
import { openSecrets } from '../keys/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE, MOVED_FILE, PRIVATE_FILE_MODE, type Warn } from './files.ts';
import { keysFileIn } from './keys-file.ts';
import { lockDirectory, lockKeys } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { existingOf, type KeysOptions, withKeys } from './rotate-keys.ts';

export type HandOverOptions = KeysOptions & {
  /** Of a directory that was restored from a backup: what it knows of counters is enough, though there may have been more. */
  readonly keepCounters: boolean;
  readonly onWarning: Warn;
};

/** Milliseconds that the command line, which may be writing, is waited for. */
const BUSY_MS = 5_000;
/** How tables came to be, and what another store has no use for. */
const LEFT = ['kysely_migration', 'kysely_migration_lock', 'ledger_floor'];

/**
 * Gives everything that a data directory keeps to `take`; nobody writes there meanwhile. When that has it, the directory is marked, so
 * that nobody goes on with it by mistake, and otherwise stays as it is. Rejects with `StoreError`: `locked` while a gateway runs on it,
 * `conflict` where it does not know what its counters held.
 */
export async function handOver(
  { keepCounters, onWarning, ...options }: HandOverOptions,
  take: (content: KeptContent) => Promise<void>,
): Promise<void> {
  const directory = existingOf(resolve(options.directory));
  const masterKey = keysFileIn(directory, undefined).isSealed() ? options.masterKey : undefined;
  const place = { clock: options.clock, directory, masterKey };
  // As with every start: the newest schema, and an outcome for calls that were under way when a gateway died.
  await (await openSqliteStore({ ...place, onWarning }))[Symbol.asyncDispose]();
  const file = join(directory, DATABASE_FILE);
  const open: { close(): unknown }[] = [lockDirectory(directory, onWarning)];
  try {
    open.push(lockKeys(directory));
    const keys = await withKeys({ ...place, readOnly: true }, ({ file }) => file);
    const database = openDatabase(file, { readOnly: false, busyTimeoutMs: BUSY_MS });
    open.push(database);
    // The command line, which needs no lock, waits until the directory is marked.
    database.exec('begin immediate');
    if (!keepCounters) refuseUnknownCounters(database, options.clock.wallMs());
    await take({ keys: keys.read(), secrets: openSecrets(keys), tables: tablesIn(database, file) });
    const moment = new Date(options.clock.wallMs()).toISOString();
    writeFileSync(join(directory, MOVED_FILE), `${moment}\n`, { mode: PRIVATE_FILE_MODE });
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    for (const one of open.reverse()) one.close();
  }
}

/** Windows that reach back to before a restore are full here; another store would find them empty. */
function refuseUnknownCounters(database: Database, nowMs: number): void {
  const restoredMs = database.prepare<{ at: number }>('select at from ledger_floor').get()?.at;
  if (restoredMs === undefined || nowMs > restoredMs + bounds.DURATION_MAX_MS) return;
  const text = `the folder was restored from a backup at ${new Date(restoredMs).toISOString()}, and what limits counted before that is not known: a database would begin without it. Give --keep-counters if calls from between the backup and then may come again`;
  throw new StoreError('conflict', text);
}

function* tablesIn(database: Database, file: string): Generator<KeptTable> {
  const tables = database
    .prepare<{ name: string }>("select name from sqlite_schema where type = 'table' order by rowid")
    .all()
    .filter(({ name }) => !LEFT.includes(name) && !name.startsWith('sqlite_'));
  for (const { name } of tables) {
    const columns = database
      .prepare<KeptTable['columns'][number]>('select name, lower(type) as type from pragma_table_info(?)')
      .all(name);
    const rows = database.prepare<Record<string, Cell>>(`select * from "${name}"`).iterate();
    yield { name, columns, rows: readFrom(file, rows) };
  }
}

/** What fails here is not the other store's fault. */
function* readFrom<Row>(file: string, rows: Iterable<Row>): Generator<Row> {
  try {
    yield* rows;
  } catch (error) {
    throw toStoreError(error, file);
  }
}
