import { join } from 'node:path';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE } from './files.ts';

export type QuickCheck = {
  /** Bytes of all pages, also of those that are not in the file itself yet. */
  readonly bytes: number;
  /** What is wrong with its pages, at most so many lines as were asked for; undefined when it is too large to be looked at. */
  readonly faults?: readonly string[];
};

/** How many faults are told, and the size from which a database is not read. */
export type QuickCheckBounds = { readonly faultsMax: number; readonly bytesMax: number };

/** Milliseconds that it waits for others to be done; it only reads. */
const BUSY_MS = 5_000;

/** Reads the whole database of a data folder, also of a running gateway, and changes nothing. Rejects with `StoreError`. */
export function quickCheck(directory: string, { bytesMax, faultsMax }: QuickCheckBounds): QuickCheck {
  const file = join(directory, DATABASE_FILE);
  try {
    const database = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
    try {
      const bytes = numberOf(database, 'page_count') * numberOf(database, 'page_size');
      if (bytes > bytesMax) return { bytes };
      const lines = database
        .prepare<{ quick_check: string }>(`pragma quick_check(${faultsMax})`)
        .all()
        .map((row) => row.quick_check);
      return { bytes, faults: lines.filter((line) => line !== 'ok') };
    } finally {
      database.close();
    }
  } catch (error) {
    throw toStoreError(error, file);
  }
}

const numberOf = (database: Database, pragma: string): number =>
  Number(database.pragma(pragma, { simple: true }));
