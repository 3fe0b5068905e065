import { join, resolve } from 'node:path';
import { type AtCallPoint, type Clock, untold } from '../../limits/index.ts';
import { type Secrets, type Store, StoreError } from '../contract.ts';
import { CLOSED_JOURNAL, Counters, type WrittenGroup } from '../journal/index.ts';
import {
  ApprovalTable,
  all,
  build,
  type LogOptions,
  openNouns,
  RecentDecisions,
  SqlApprovals,
  SqlAuditLog,
  SqlDecisionLog,
  SqlGrants,
  SqlOutbox,
  type SqlRoom,
  SqlStats,
  Writes,
} from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { AuditWriter } from './audit/index.ts';
import { Checkpoints } from './checkpoints/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import {
  DATABASE_FILE,
  dropStages,
  isThere,
  prepareDirectory,
  prepareFile,
  refuseUnusable,
  type Warn,
} from './files.ts';
import { type SqliteDesk, SqliteJournal } from './journal.ts';
import { type OpenKeys, openKeys } from './key-checks.ts';
import { draftsIn, dropDrafts, keysFileIn } from './keys-file.ts';
import { SqliteLedgerClock } from './ledger-clock.ts';
import { lockDirectory, lockKeys } from './lock.ts';
import { SqliteLogWriter } from './log-writer.ts';
import { migrate, requireSchema } from './migrate.ts';
import { sealingInTurn } from './sealing.ts';
import { openSessions } from './sessions.ts';
import { sqlRoomOf } from './sql-room.ts';
import { closeUnfinished } from './unfinished.ts';
import { UsageTable } from './usage-table.ts';
import { watchOthers } from './watch.ts';

export type SqliteStoreOptions = {
  /** Made when absent, for its owner alone. */
  readonly directory: string;
  readonly clock: Clock;
  /** `full` waits for the disk with every group, so that a power cut loses nothing; `normal` is the default. */
  readonly synchronous?: 'normal' | 'full';
  /** For readers beside a running gateway; makes and changes nothing. */
  readonly readOnly?: boolean;
  /** For writers of what is there already: rejects where a reader does, and makes no folder, database, keys or newer schema. */
  readonly mustExist?: boolean;
  /**
   * True for the one gateway of a directory, which alone admits calls; false for the command line, which may write
   * grants meanwhile. Default: true unless `readOnly`.
   */
  readonly exclusive?: boolean;
  readonly onWarning?: Warn;
  /**
   * What the file of keys is sealed with, 32 bytes in base64; with it a new file is made sealed, and one in the clear is refused.
   */
  readonly masterKey?: string | undefined;
  /** Told when a call passes one of the journal's points: all but `forward`. */
  readonly atPoint?: AtCallPoint;
  /** Told of every transaction of the journal. */
  readonly onGroup?: (group: WrittenGroup) => void;
};

/**
 * Milliseconds that a gateway, whose event loop waits with it, stands still at most while another process writes. The
 * command line writes a grant in one or two; who holds the lock longer must not hold up calls that need no store.
 */
const GATEWAY_BUSY_MS = 100;
/** The others can be patient. */
const OTHERS_BUSY_MS = 5_000;
/**
 * Milliseconds of rest after a grant that the command line writes. Who waits for SQLite's lock stands in no queue: commands in a loop
 * would keep the gateway from it for longer than it waits.
 */
const REST_MS = 5;
/** Pages of 4 KiB after which SQLite copies the write-ahead log into the database by itself, while calls wait. */
const CHECKPOINT_PAGES = 24_000;
/** Bytes to which the write-ahead log shrinks again after a slow reader made it grow. */
const WAL_BYTES = 64 * 1024 * 1024;

type Place = Required<Omit<SqliteStoreOptions, 'onWarning' | 'masterKey' | 'onGroup' | 'mustExist'>> & {
  readonly mayMake: boolean;
  readonly file: string;
  readonly warn: Warn;
  readonly masterKey: string | undefined;
  readonly onGroup: SqliteStoreOptions['onGroup'];
};

/**
 * Opens the embedded store. Rejects with `StoreError`: `locked` when another gateway has the directory, `unreadable`
 * when a file is not what it should be, `newer_schema`, or `unavailable`. Nothing is overwritten in any of these cases.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const place = placeOf(options);
  const opened: { close(): unknown }[] = [];
  try {
    if (place.mayMake) prepareDirectory(place.directory);
    if (place.exclusive) opened.push(lockDirectory(place.directory, place.warn));
    refuseUnusable(place.directory);
    if (place.exclusive) {
      dropStages(place.directory);
      dropLeftDrafts(place.directory);
    }
    const database = openFile(place);
    opened.push(database);
    if (place.mayMake) await migrate(database, place.file);
    else requireSchema(database, place.file);
    return await furnish(place, database, opened);
  } catch (error) {
    for (const one of opened.reverse()) one.close();
    throw toStoreError(error, place.file);
  }
}

function placeOf(options: SqliteStoreOptions): Place {
  const {
    clock,
    synchronous = 'normal',
    readOnly = false,
    mustExist = readOnly,
    exclusive = !readOnly,
    atPoint = untold,
  } = options;
  const directory = resolve(options.directory);
  const warn = options.onWarning ?? ((text) => process.emitWarning(text));
  if (readOnly && exclusive) throw new TypeError('expected a store to be exclusive or read-only, found both');
  const file = join(directory, DATABASE_FILE);
  return {
    directory,
    clock,
    synchronous,
    readOnly,
    mayMake: !mustExist,
    exclusive,
    atPoint,
    warn,
    file,
    masterKey: options.masterKey,
    onGroup: options.onGroup,
  };
}

/** Of keys. Who changes them just now, or makes a backup, sees to it or leaves them for the next start. */
function dropLeftDrafts(directory: string): void {
  if (draftsIn(directory).length === 0) return;
  let lock: Database | undefined;
  try {
    lock = lockKeys(directory);
    dropDrafts(directory);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'locked') throw error;
  } finally {
    lock?.close();
  }
}

function openFile({ file, mayMake, readOnly, exclusive, synchronous, warn }: Place): Database {
  if (!mayMake && !isThere(file))
    throw new StoreError('unavailable', `${file} does not exist yet: start the gateway once to make it`);
  if (!readOnly) prepareFile(file, warn);
  const busyTimeoutMs = exclusive ? GATEWAY_BUSY_MS : OTHERS_BUSY_MS;
  const database = openDatabase(file, { readOnly, busyTimeoutMs });
  try {
    if (!readOnly) database.pragma('journal_mode = wal');
    database.pragma(`synchronous = ${synchronous}`);
    database.pragma('foreign_keys = on');
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.pragma(`journal_size_limit = ${WAL_BYTES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function furnish(
  place: Place,
  database: Database,
  opened: readonly { close(): unknown }[],
): Promise<Store> {
  const { clock, file } = place;
  const { ring, secrets } = keysOf(place, database);
  const sealKey = () => secrets.key('log-seal');
  const audit = new AuditWriter(database, { clock, key: sealKey });
  const vault = new EnvelopeVault(ring);
  const writes = new Writes();
  const room = { database, clock, file, audit, vault: sealingInTurn(vault, database), writes };
  const sqlRoom = sqlRoomOf(room);
  const ledgerClock = new SqliteLedgerClock(clock, database);
  const approvalKey = () => secrets.key('approval-seal');
  const table = new ApprovalTable(approvalKey);
  const recent = new RecentDecisions();
  const desk = place.exclusive
    ? deskOf({ place, database, secrets, ledgerClock, table, recent, writes })
    : undefined;
  const checkpoints = new Checkpoints(database, place);
  const journal = desk === undefined ? CLOSED_JOURNAL : openJournal(desk, checkpoints);
  const logs: LogOptions = {
    room: sqlRoom,
    sealKey,
    erasing: (work) => erasing(database, work),
    ...(desk === undefined ? {} : { forgotten: (seen) => forgotten(desk, sqlRoom, seen) }),
  };
  // Another process may have been at it for longer: only the gateway goes by the clock that it began with.
  const nowMs = () => (place.exclusive ? ledgerClock : new SqliteLedgerClock(clock, database)).now();
  const approvals = new SqlApprovals({ room: sqlRoom, table, nowMs, sealKey: approvalKey });
  const grants = await SqlGrants.open(sqlRoom, { nowMs, restMs: place.exclusive ? 0 : REST_MS });
  const stats = new SqlStats(sqlRoom, recent);
  const nouns = openNouns(sqlRoom, nowMs);
  let isDisposed = false;
  return {
    ...nouns,
    journal,
    approvals,
    outbox: new SqlOutbox({ room: sqlRoom, nowMs, leaseMs: 0 }),
    decisions: new SqlDecisionLog(logs),
    stats,
    audit: new SqlAuditLog(logs),
    grants,
    sessions: openSessions(room),
    secrets,
    vault,
    // Of what it watches, the command line writes whether agents are stopped.
    watchRegistries: () => watchOthers(sqlRoom, nouns),
    nowMs,
    ping: async () => ping(place, database, journal instanceof SqliteJournal && journal.hasFailed),
    load: async () => ({
      journal: journal instanceof SqliteJournal ? journal.waiting : 0,
      grants: grants.size,
      approvals: await approvals.waiting(),
      countsLimits: true,
    }),
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      await stats[Symbol.asyncDispose]();
      if (journal instanceof SqliteJournal) await journal.close();
      await checkpoints[Symbol.asyncDispose]();
      for (const one of opened.toReversed()) one.close();
    },
  };
}

/** What is deleted is overwritten, so that it does not stand in the file until the space is needed. */
async function erasing<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  database.pragma('secure_delete = on');
  try {
    return await work();
  } finally {
    database.pragma('secure_delete = off');
  }
}

/**
 * All, as soon as the journal has forgotten which number whom belongs to; and those before them, as a run that was interrupted has left
 * some that are in no row any more.
 */
async function forgotten(
  { log }: SqliteDesk,
  room: SqlRoom,
  seen: ReadonlySet<number>,
): Promise<readonly number[]> {
  log.forgetCallers();
  let newest = 0;
  for (const id of seen) newest = Math.max(newest, id);
  const earlier = await room.read(() =>
    all(build.selectFrom('callers').select('id').where('id', '<=', newest)),
  );
  return earlier.map(({ id }) => id);
}

function keysOf({ directory, masterKey, mayMake, warn }: Place, database: Database): OpenKeys {
  const file = keysFileIn(directory, masterKey);
  return openKeys(database, file, mayMake ? { directory, may: 'make', warn } : { directory, may: 'look' });
}

function openJournal(desk: SqliteDesk, checkpoints: Checkpoints): SqliteJournal {
  closeUnfinished(desk);
  const onGroup = (group: WrittenGroup): void => {
    checkpoints.wrote(group.entries);
    desk.onGroup?.(group);
  };
  return new SqliteJournal({ ...desk, onGroup });
}

type Furniture = {
  readonly place: Place;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly ledgerClock: SqliteLedgerClock;
  readonly table: ApprovalTable;
  readonly writes: Writes;
  readonly recent: RecentDecisions;
};

function deskOf({ database, ledgerClock, place, recent, secrets, table, writes }: Furniture): SqliteDesk {
  const { atPoint, file, onGroup, warn } = place;
  const counters = new Counters(new UsageTable(database));
  return {
    database,
    counters,
    log: new SqliteLogWriter(database, () => secrets.key('log-seal'), recent),
    approvals: table,
    writes,
    clock: ledgerClock,
    file,
    warn,
    atPoint,
    onGroup,
  };
}

function ping({ readOnly, file }: Place, database: Database, hasFailed: boolean): void {
  try {
    if (hasFailed) writeAgain(database);
    // Beginning to write finds out whether one could, and leaves no trace.
    database.exec(readOnly ? 'select cursor from decisions limit 1' : 'begin immediate; rollback');
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** Only a write finds out whether a disk that was full still is; the number is the one that stands there. */
function writeAgain(database: Database): void {
  const version = database.pragma('user_version', { simple: true });
  database.pragma(`user_version = ${version}`);
}
