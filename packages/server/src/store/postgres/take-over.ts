import type pg from 'pg';
import type { Clock } from '../../limits/index.ts';
import { type Actor, FIRST_ORGANIZATION, StoreError } from '../contract.ts';
import type { Cell, KeptContent, KeptTable } from '../kept-tables.ts';
import type { KeyContent } from '../keys/index.ts';
import { AuditChain, type Work } from '../sql/index.ts';
import { storable } from '../sql/storable.ts';
import { isPostgresConflict, toPostgresError } from './errors.ts';
import { beginLocked, commit, run, WRITER_LOCK } from './executor.ts';
import { toStoredKey } from './journal/index.ts';
import { migratePostgres } from './migrate.ts';
import { openClient } from './pool.ts';
import { keepKeys, keepsKeys } from './shared-keys.ts';

export type TakeOverOptions = {
  /** Of a database that nobody has used. */
  readonly url: string;
  readonly clock: Clock;
  /** What the keys are sealed with here. */
  readonly masterKey: string | undefined;
  readonly by: Actor;
  /** Told of each table once its rows are there. */
  readonly onTable: (table: string, rows: number) => void;
};

const TYPES = { integer: 'bigint', real: 'double precision', text: 'text', blob: 'bytea' } as const;
/** Of rows that are sent at once: how many, and about how many bytes. */
const MOST_ROWS = 1_000;
const MOST_BYTES = 4_000_000;
/** Tables that have a row as soon as somebody uses the database. */
const SIGNS_OF_USE = ['kept_keys', 'replicas', 'audit', 'decisions', 'organizations', 'grants'];

/**
 * Puts everything that another store keeps into an empty database, and brings its schema up to date before: all of it or nothing.
 * Rejects with `StoreError`: `conflict` where the database has been used, `unreadable` without a master key.
 */
export async function takeOver(options: TakeOverOptions, content: KeptContent): Promise<void> {
  await migratePostgres(options.url);
  const client = openClient(options.url, 'boomgate migrate');
  try {
    await client.connect();
    await client.query(beginLocked([WRITER_LOCK]));
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    await refuseUsed(client);
    await run(client, keepKeys(options.masterKey, content.keys));
    for (const table of content.tables) options.onTable(table.name, await copied(client, table));
    await run(client, noteMove(options, content));
    content.beforeCommit();
    await commit(client, []);
  } catch (error) {
    throw isPostgresConflict(error) ? used() : toPostgresError(error);
  } finally {
    // What was not committed is taken back.
    await client.end();
  }
}

/**
 * Whether the database has what a store with these keys kept: a move was interrupted, and is waited for where it still commits. Rejects
 * with `StoreError`: `conflict` where it has the content of another.
 */
export async function hasTakenOver(
  { masterKey, url }: Pick<TakeOverOptions, 'url' | 'masterKey'>,
  keys: KeyContent,
): Promise<boolean> {
  await migratePostgres(url);
  const client = openClient(url, 'boomgate migrate');
  try {
    await client.connect();
    await client.query(beginLocked([WRITER_LOCK]));
    if (await run(client, keepsKeys(masterKey, keys))) return true;
    await refuseUsed(client);
    return false;
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await client.end();
  }
}

async function refuseUsed(client: pg.Client): Promise<void> {
  const looks = SIGNS_OF_USE.map((table) => `exists (select 1 from ${table})`);
  const { rows } = await client.query<{ used: boolean }>(`select ${looks.join(' or ')} as used`);
  if (rows[0]?.used !== false) throw used();
}

function used(): StoreError {
  const text =
    'the database has been used already; nothing was changed. Make an empty one for what is in the folder';
  return new StoreError('conflict', text);
}

/** Row after row, as there may be more than fit into memory; how many there were. */
async function copied(client: pg.Client, { columns, name, rows }: KeptTable): Promise<number> {
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const lists = columns.map(({ type }, at) => `$${at + 1}::${TYPES[type]}[]`).join(', ');
  const insert = `insert into "${name}" (${names}) select * from unnest(${lists})`;
  let count = 0;
  for (const part of inParts(rows)) {
    await client.query(
      insert,
      columns.map((column) => part.map((row) => stored(`${name}.${column.name}`, row[column.name] ?? null))),
    );
    count += part.length;
  }
  return count;
}

/** A cell as Postgres keeps it. */
function stored(column: string, cell: Cell): Cell {
  if (typeof cell !== 'string') return cell;
  return column === 'usage.counter' ? toStoredKey(cell) : storable(cell);
}

function* inParts<Row extends Readonly<Record<string, Cell>>>(
  rows: Iterable<Row>,
): Generator<readonly Row[]> {
  let part: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    part.push(row);
    bytes += Object.values(row).reduce<number>((sum, cell) => sum + lengthOf(cell), 0);
    if (part.length < MOST_ROWS && bytes < MOST_BYTES) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}

function lengthOf(cell: Cell): number {
  return typeof cell === 'number' || cell === null ? 0 : cell.length;
}

function noteMove({ by, clock }: TakeOverOptions, { secrets }: KeptContent): Work<unknown> {
  return new AuditChain({ clock, key: () => secrets.key('log-seal') }).note({
    organization: FIRST_ORGANIZATION,
    actor: by,
    action: 'store.moved',
    target: { kind: 'store', id: 'store', name: 'store' },
    after: { to: 'database' },
  });
}
