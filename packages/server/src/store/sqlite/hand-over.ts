import { closeSync, constants, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bounds } from '@boomgate/engine';
import { StoreError } from '../contract.ts';
import type { Cell, KeptContent, KeptTable } from '../kept-tables.ts';
import { type KeyContent, openSecrets } from '../keys/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import {
  DATABASE_FILE,
  giveToOwner,
  isThere,
  MOVED_FILE,
  MOVING_FILE,
  PRIVATE_FILE_MODE,
  type Warn,
} from './files.ts';
import { keysFileIn } from './keys-file.ts';
import { lockDirectory, lockKeys } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { existingOf, type KeysOptions, withKeys } from './rotate-keys.ts';

export type HandOverOptions = KeysOptions & {
  /** Of a directory that was restored from a backup: what it knows of counters is enough, though there may have been more. */
  readonly keepCounters: boolean;
  readonly onWarning: Warn;
};

/** The store that takes over. */
type Taker = {
  readonly take: (content: KeptContent) => Promise<void>;
  /** Whether it took over from a directory with these keys. Rejects where it has the content of another. */
  readonly hasTaken: (keys: KeyContent) => Promise<boolean>;
};

/** Milliseconds that the command line, which may be writing, is waited for. */
const BUSY_MS = 5_000;
/** How tables came to be, and what another store has no use for. */
const LEFT = ['kysely_migration', 'kysely_migration_lock', 'ledger_floor'];

/**
 * Gives everything that a data directory keeps to `take`; nobody writes there meanwhile. When that has it, the directory is marked, so
 * that nobody goes on with it by mistake, and otherwise stays as it is. Of one that was interrupted when `take` committed, the next
 * finds out whether it did. Rejects with `StoreError`: `locked` while a gateway runs on it, `conflict` where it does not know what its
 * counters held.
 */
export async function handOver(
  { keepCounters, onWarning, ...options }: HandOverOptions,
  { hasTaken, take }: Taker,
): Promise<void> {
  if (await endUnfinished({ ...options, directory: resolve(options.directory) }, hasTaken)) return;
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
    await take({
      keys: keys.read(),
      secrets: openSecrets(keys),
      tables: tablesIn(database, file),
      beforeCommit: () => mark(place, MOVING_FILE),
    });
    markMoved(place);
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    for (const one of open.reverse()) one.close();
  }
}

/** True where a move was interrupted when the other store committed it, and that did. */
async function endUnfinished(options: KeysOptions, hasTaken: Taker['hasTaken']): Promise<boolean> {
  const { directory } = options;
  if (!isThere(join(directory, MOVING_FILE))) return false;
  const lock = lockDirectory(directory, () => undefined);
  try {
    const isSealed = keysFileIn(directory, undefined).isSealed();
    const isDone = await hasTaken(keysFileIn(directory, isSealed ? options.masterKey : undefined).read());
    if (isDone) markMoved(options);
    else rmSync(join(directory, MOVING_FILE));
    return isDone;
  } finally {
    lock.close();
  }
}

function markMoved(place: KeysOptions): void {
  mark(place, MOVED_FILE);
  rmSync(join(place.directory, MOVING_FILE));
}

function mark({ clock, directory }: KeysOptions, name: string): void {
  const moment = new Date(clock.wallMs()).toISOString();
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  // Not into what a link leads to: root does this in folders of others.
  const handle = openSync(
    join(directory, name),
    O_CREAT | O_NOFOLLOW | O_TRUNC | O_WRONLY,
    PRIVATE_FILE_MODE,
  );
  try {
    writeFileSync(handle, `${moment}\n`);
    fsyncSync(handle);
    giveToOwner(handle, directory);
  } finally {
    closeSync(handle);
  }
}

/** Windows that reach back to before a restore are full here; another store would find them empty. */
function refuseUnknownCounters(database: Database, nowMs: number): void {
  const restoredMs = database.prepare<{ at: number }>('select at from ledger_floor').get()?.at;
  if (restoredMs === undefined || nowMs > restoredMs + bounds.DURATION_MAX_MS) return;
  const text = `the folder was restored from a backup at ${new Date(restoredMs).toISOString()}, so what limits counted since the backup is not known, and a database would start without it. Give --keep-counters if calls since the backup may come again`;
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
