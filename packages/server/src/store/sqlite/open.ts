import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type AtCallPoint, type Clock, untold } from '../../limits/index.ts';
import { type Journal, type Secrets, type Store, StoreError } from '../contract.ts';
import { Counters, type WrittenGroup } from '../journal/index.ts';
import { memberOf, openPeople, openPolicies, readersOf, SqlServers, Writes } from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { SqliteApprovals } from './approvals/approvals.ts';
import { approvalDesk } from './approvals/desk.ts';
import { ApprovalTable } from './approvals/table.ts';
import { AuditWriter, SqliteAuditLog } from './audit/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE, prepareDirectory, prepareFile, refuseHalfRestored, type Warn } from './files.ts';
import { SqliteGrants } from './grants/index.ts';
import { type SqliteDesk, SqliteJournal } from './journal.ts';
import { type OpenKeys, openKeys } from './key-checks.ts';
import { sealingInTurn } from './key-ring.ts';
import { keysFileIn } from './keys-file.ts';
import { LedgerClock } from './ledger-clock.ts';
import { lockDirectory } from './lock.ts';
import { SqliteDecisionLog } from './log.ts';
import { SqliteLogWriter } from './log-writer.ts';
import { migrate, requireSchema } from './migrate.ts';
import { SqliteOutbox } from './outbox.ts';
import { openSessions } from './registries.ts';
import { guarded } from './room.ts';
import { runNow } from './run.ts';
import { sqlRoomOf } from './sql-room.ts';
import { SqliteStats } from './stats/index.ts';
import { SqliteTools } from './tools.ts';
import { closeUnfinished } from './unfinished.ts';
import { UsageTable } from './usage-table.ts';
import { openSqliteWebhooks } from './webhooks.ts';

export type SqliteStoreOptions = {
  /** Made when absent, for its owner alone. */
  readonly directory: string;
  readonly clock: Clock;
  /** `full` waits for the disk with every group, so that a power cut loses nothing; `normal` is the default. */
  readonly synchronous?: 'normal' | 'full';
  /** For readers beside a running gateway; makes and changes nothing. */
  readonly readOnly?: boolean;
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
/** Pages of 4 KiB after which the write-ahead log is copied into the database. */
const CHECKPOINT_PAGES = 2_000;
/** Bytes to which the write-ahead log shrinks again after a slow reader made it grow. */
const WAL_BYTES = 64 * 1024 * 1024;

type Place = Required<Omit<SqliteStoreOptions, 'onWarning' | 'masterKey' | 'onGroup'>> & {
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
    refuseHalfRestored(place.directory);
    if (!place.readOnly) prepareDirectory(place.directory);
    if (place.exclusive) opened.push(lockDirectory(place.directory, place.warn));
    const database = openFile(place);
    opened.push(database);
    if (place.readOnly) requireSchema(database, place.file);
    else await migrate(database, place.file);
    return furnish(place, database, opened);
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
    exclusive,
    atPoint,
    warn,
    file,
    masterKey: options.masterKey,
    onGroup: options.onGroup,
  };
}

function openFile({ file, readOnly, exclusive, synchronous, warn }: Place): Database {
  if (!readOnly) prepareFile(file, warn);
  else if (!existsSync(file))
    throw new StoreError('unavailable', `${file} does not exist yet: start the gateway once to make it`);
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

function furnish(place: Place, database: Database, opened: readonly { close(): unknown }[]): Store {
  const { clock, file } = place;
  const { ring, secrets } = keysOf(place, database);
  const sealKey = () => secrets.key('log-seal');
  const audit = new AuditWriter(database, { clock, key: sealKey });
  const vault = new EnvelopeVault(ring);
  const room = {
    database,
    clock,
    file,
    audit,
    vault: sealingInTurn(vault, database),
    writes: new Writes(),
  };
  const sqlRoom = sqlRoomOf(room);
  const ledgerClock = new LedgerClock(clock, database);
  const table = new ApprovalTable(database, () => secrets.key('approval-seal'));
  const desk = place.exclusive ? deskOf({ place, database, secrets, ledgerClock, table }) : undefined;
  const journal = desk === undefined ? CLOSED_JOURNAL : openJournal(desk);
  const logs = {
    ...room,
    sealKey,
    ...(desk === undefined ? {} : { forgetCallers: () => desk.log.forgetCallers() }),
  };
  const approvals = new SqliteApprovals({
    database,
    table,
    file,
    secrets,
    // Another process may have been at it for longer: only the gateway goes by the clock that it began with.
    nowMs: () => (place.exclusive ? ledgerClock : new LedgerClock(clock, database)).now(),
    wallMs: () => clock.wallMs(),
  });
  const grants = new SqliteGrants({ ...room, isGateway: place.exclusive });
  let isDisposed = false;
  return {
    journal,
    approvals,
    outbox: new SqliteOutbox({ database, table, file, nowMs: () => clock.wallMs() }),
    webhooks: openSqliteWebhooks(room, sqlRoom),
    decisions: new SqliteDecisionLog(logs),
    stats: new SqliteStats(room),
    audit: new SqliteAuditLog(logs),
    grants,
    servers: new SqlServers(sqlRoom),
    policies: openPolicies(sqlRoom),
    sessions: openSessions(room),
    tools: new SqliteTools(room),
    secrets,
    vault,
    people: openPeople(sqlRoom, {
      roleOf: (organization, person) =>
        guarded(room, () => runNow(database, memberOf(organization, person)))?.role,
      readers: (organization) => guarded(room, () => runNow(database, readersOf(organization))),
    }),
    ping: async () => ping(place, database, journal instanceof SqliteJournal && journal.hasFailed),
    load: async () => ({
      journal: journal instanceof SqliteJournal ? journal.waiting : 0,
      grants: grants.size,
      approvals: approvals.waiting(),
    }),
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      if (journal instanceof SqliteJournal) await journal.close();
      for (const one of opened.toReversed()) one.close();
    },
  };
}

function keysOf({ directory, masterKey, readOnly, warn }: Place, database: Database): OpenKeys {
  const file = keysFileIn(directory, masterKey);
  return openKeys(database, file, readOnly ? { directory, may: 'look' } : { directory, may: 'make', warn });
}

function openJournal(desk: SqliteDesk): SqliteJournal {
  closeUnfinished(desk);
  return new SqliteJournal(desk);
}

type Furniture = {
  readonly place: Place;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly ledgerClock: LedgerClock;
  readonly table: ApprovalTable;
};

function deskOf({ database, ledgerClock, place, secrets, table }: Furniture): SqliteDesk {
  const { atPoint, file, onGroup, warn } = place;
  const counters = new Counters(new UsageTable(database));
  return {
    database,
    counters,
    log: new SqliteLogWriter(database, () => secrets.key('log-seal')),
    approvals: approvalDesk(table),
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

/** Counters are in the gateway's memory, so no other process may take from them. */
const CLOSED_JOURNAL: Journal = {
  admit: refuse,
  admitApproved: refuse,
  ask: refuse,
  peek: refuse,
  inUse: refuse,
  record: refuse,
  flush: async () => {},
  settle() {
    throw locked();
  },
};

async function refuse(): Promise<never> {
  throw locked();
}

function locked(): StoreError {
  return new StoreError('locked', 'expected the store to be opened by the gateway, which alone admits calls');
}
