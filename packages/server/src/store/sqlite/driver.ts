import Sqlite from 'better-sqlite3';

/** A prepared statement; parameters by position. */
export interface Statement<Row> {
  /** Whether it gives rows. */
  readonly reader: boolean;
  run(...parameters: readonly unknown[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  get(...parameters: readonly unknown[]): Row | undefined;
  all(...parameters: readonly unknown[]): Row[];
  /** One row at a time; until the end nothing else may run on this connection. */
  iterate(...parameters: readonly unknown[]): IterableIterator<Row>;
}

/** The part of an SQLite driver that the store uses. Everything is synchronous. */
export interface Database {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  pragma(text: string, options?: { simple?: boolean }): unknown;
  prepare<Row = unknown>(sql: string): Statement<Row>;
  close(): unknown;
}

type OpenOptions = { readonly readOnly: boolean; readonly busyTimeoutMs: number };

/** Opens a file; it is made when absent, unless only reading. Throws what `isSqliteError` recognises. */
export function openDatabase(file: string, options: OpenOptions): Database {
  const driver = new Sqlite(file, {
    readonly: options.readOnly,
    fileMustExist: options.readOnly,
    timeout: options.busyTimeoutMs,
  });
  return driver as Database; // a cast: the driver types parameters as `any`, this interface as `unknown`
}

/** An error of SQLite itself, with its extended result code such as `SQLITE_IOERR_WRITE`. */
export function isSqliteError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Sqlite.SqliteError;
}

/** Runs `work` in one write transaction: all of it is committed, or nothing. */
export function transact<Result>(database: Database, work: () => Result): Result {
  begin(database);
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    // After a full disk SQLite has already rolled back by itself.
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}

/** Milliseconds between two tries for the lock. */
const TRY_EVERY_MS = 0.5;
const asleep = new Int32Array(new SharedArrayBuffer(4));

/**
 * Takes the write lock, within the connection's busy timeout. SQLite itself tries ever more rarely, at last ten times a second: beside a
 * gateway that writes all the time it hardly ever finds the moment between two transactions.
 */
function begin(database: Database): void {
  const busyTimeoutMs = Number(database.pragma('busy_timeout', { simple: true }));
  const untilMs = performance.now() + busyTimeoutMs;
  database.pragma('busy_timeout = 0');
  try {
    while (!isBegun(database, performance.now() < untilMs)) Atomics.wait(asleep, 0, 0, TRY_EVERY_MS);
  } finally {
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}

/** False when somebody else has the lock and there is time to try again. */
function isBegun(database: Database, mayWait: boolean): boolean {
  try {
    database.exec('begin immediate');
    return true;
  } catch (error) {
    if (mayWait && isSqliteError(error) && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
