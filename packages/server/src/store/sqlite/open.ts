import { join, resolve } from 'node:path';
import { untold } from '../../limits/index.ts';
import { assembleStore } from '../assemble.ts';
import { type Store, StoreError } from '../contract.ts';
import { Counters, type QueuedJournal } from '../journal/index.ts';
import {
  ApprovalTable,
  AuditChain,
  all,
  build,
  openSessions,
  RecentDecisions,
  removed,
  restarts,
  type SqlExecutor,
  SqlGrants,
  stopped,
  Writes,
} from '../sql/index.ts';
import { type StoreOptions, warnOfProcess } from '../store-options.ts';
import { EnvelopeVault } from '../vault.ts';
import { Checkpoints } from './checkpoints/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { sqliteExecutor } from './executor.ts';
import {
  DATABASE_FILE,
  dropStages,
  prepareDirectory,
  prepareFile,
  refuseUnusable,
  requireMade,
  type Warn,
} from './files.ts';
import { type SqliteDesk, sqliteJournal } from './journal.ts';
import { type OpenKeys, openKeys } from './key-checks.ts';
import { draftsIn, dropDrafts, keysFileIn, refuseKeysAlone } from './keys-file.ts';
import { SqliteLedgerClock } from './ledger-clock.ts';
import { lockDirectory, lockKeys } from './lock.ts';
import { SqliteLogWriter } from './log-writer.ts';
import { makeSchema, migrate, requireSchema } from './migrate.ts';
import { closeUnfinished } from './unfinished.ts';
import { UsageTable } from './usage-table.ts';
import { isLongLog, verifyInThread } from './verifying/index.ts';

export type SqliteStoreOptions = StoreOptions & {
  /** Made when absent, for its owner alone. */
  readonly directory: string;
  /** `full` waits for the disk with every group, so that a power cut loses nothing; `normal` is the default. */
  readonly synchronous?: 'normal' | 'full';
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

type Place = Required<Pick<SqliteStoreOptions, 'directory' | 'clock' | 'synchronous' | 'atPoint'>> &
  Pick<SqliteStoreOptions, 'masterKey' | 'onGroup'> & {
    readonly file: string;
    readonly warn: Warn;
    readonly isGateway: boolean;
    readonly readOnly: boolean;
    readonly mayMake: boolean;
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
    if (place.isGateway) opened.push(lockDirectory(place.directory, place.warn));
    refuseUnusable(place.directory);
    refuseKeysAlone(place.directory);
    if (place.isGateway) {
      dropStages(place.directory);
      dropLeftDrafts(place.directory);
    }
    const database = openFile(place);
    opened.push(database);
    await schemaOf(place)(database, place.file);
    return await furnish(place, database, opened);
  } catch (error) {
    for (const one of opened.reverse()) one.close();
    throw toStoreError(error, place.file);
  }
}

/** Gateways alone bring an older one up to date. */
function schemaOf({ isGateway, mayMake }: Place): (database: Database, file: string) => void | Promise<void> {
  if (!mayMake) return requireSchema;
  return isGateway ? migrate : makeSchema;
}

function placeOf(options: SqliteStoreOptions): Place {
  const {
    as = 'gateway',
    atPoint = untold,
    onWarning: warn = warnOfProcess,
    synchronous = 'normal',
  } = options;
  const directory = resolve(options.directory);
  const readOnly = as === 'reader';
  const { mustExist = readOnly } = options;
  return {
    ...options,
    ...{ directory, synchronous, atPoint, warn, readOnly },
    file: join(directory, DATABASE_FILE),
    isGateway: as === 'gateway',
    mayMake: !mustExist,
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

function openFile({ file, isGateway, mayMake, readOnly, synchronous, warn }: Place): Database {
  if (!mayMake) requireMade(file);
  if (!readOnly) prepareFile(file, warn);
  const busyTimeoutMs = isGateway ? GATEWAY_BUSY_MS : OTHERS_BUSY_MS;
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
  const { clock, file, isGateway } = place;
  const { ring, secrets } = keysOf(place, database);
  const sealKey = () => secrets.key('log-seal');
  const audit = new AuditChain({ clock, key: sealKey });
  const vault = new EnvelopeVault(ring);
  const writes = new Writes();
  const executor = sqliteExecutor({ database, file, clock, audit, vault, writes });
  const ledgerClock = new SqliteLedgerClock(clock, database);
  // Another process may have been at it for longer: only the gateway goes by the clock that it began with.
  const nowMs = () => (isGateway ? ledgerClock : new SqliteLedgerClock(clock, database)).now();
  const approvals = new ApprovalTable(() => secrets.key('approval-seal'));
  const recent = new RecentDecisions();
  const checkpoints = new Checkpoints(database, place);
  const grants = await SqlGrants.open(executor, { nowMs, restMs: isGateway ? 0 : REST_MS });
  const sessions = await openSessions(executor);
  const log = isGateway ? new SqliteLogWriter(database, sealKey, recent) : undefined;
  const journal =
    log && openJournal(place, checkpoints, { database, log, approvals, writes, clock: ledgerClock });
  return assembleStore({
    ...{ executor, secrets, vault, nowMs, approvals, recent, grants, sessions, journal },
    logs: {
      erasing: (work) => erasing(database, work),
      ...(log === undefined ? {} : { forgotten: (seen) => forgotten(log, executor, seen) }),
      verifyLong: async (known) =>
        isLongLog(database) ? verifyInThread({ file, sealKey: sealKey(), known }) : undefined,
    },
    leaseMs: 0,
    countsLimits: () => true,
    watchRegistries: () => watchRegistries(executor),
    ping: async (hasFailed) => ping(place, database, hasFailed),
    async close() {
      await journal?.close();
      await checkpoints[Symbol.asyncDispose]();
      for (const one of opened.toReversed()) one.close();
    },
  });
}

/** Other processes write which organisations are stopped or gone, and how often servers were started anew: whether any is other than before. */
function watchRegistries(executor: SqlExecutor): () => Promise<boolean> {
  const mayBeNews = executor.watch(['organizations', 'servers']);
  let seen: string | undefined;
  return async () => {
    if (!mayBeNews()) return false;
    const [stops, starts] = [await executor.read(stopped), await executor.read(restarts)];
    const now = JSON.stringify([[...stops].sort(), [...starts].sort(), await executor.read(removed)]);
    const isNews = now !== seen;
    seen = now;
    return isNews;
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
  log: SqliteLogWriter,
  executor: SqlExecutor,
  seen: ReadonlySet<number>,
): Promise<readonly number[]> {
  log.forgetCallers();
  let newest = 0;
  for (const id of seen) newest = Math.max(newest, id);
  const earlier = await executor.read(() =>
    all(build.selectFrom('callers').select('id').where('id', '<=', newest)),
  );
  return earlier.map(({ id }) => id);
}

function keysOf({ directory, masterKey, mayMake, warn }: Place, database: Database): OpenKeys {
  const file = keysFileIn(directory, masterKey);
  return openKeys(database, file, mayMake ? { directory, may: 'make', warn } : { directory, may: 'look' });
}

function openJournal(
  { atPoint, file, onGroup, warn }: Place,
  checkpoints: Checkpoints,
  own: Pick<SqliteDesk, 'database' | 'log' | 'approvals' | 'writes' | 'clock'>,
): QueuedJournal {
  closeUnfinished(own);
  const counters = new Counters(new UsageTable(own.database));
  return sqliteJournal({ ...own, counters, file, warn, atPoint }, (group) => {
    checkpoints.wrote(group.entries);
    onGroup?.(group);
  });
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
