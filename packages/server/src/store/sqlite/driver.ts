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

export type OpenOptions = { readonly readOnly: boolean; readonly busyTimeoutMs: number };

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
  database.exec('begin immediate');
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
