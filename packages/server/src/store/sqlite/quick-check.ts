import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { DATABASE_FILE } from './files.ts';

export type QuickCheck = {
  /** Bytes of the file. */
  readonly bytes: number;
  /** What is wrong with its pages, at most so many lines as were asked for; undefined when it is too large to be looked at. */
  readonly faults?: readonly string[];
};

/** How many faults are told, and the size from which a file is not read. */
export type QuickCheckBounds = { readonly faultsMax: number; readonly bytesMax: number };

/** Milliseconds that it waits for others to be done; it only reads. */
const BUSY_MS = 5_000;

/** Reads the whole database of a data folder, also of a running gateway, and changes nothing. Rejects with `StoreError`. */
export function quickCheck(directory: string, { bytesMax, faultsMax }: QuickCheckBounds): QuickCheck {
  const file = join(directory, DATABASE_FILE);
  try {
    const { size: bytes } = statSync(file);
    if (bytes > bytesMax) return { bytes };
    const database = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
    try {
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
