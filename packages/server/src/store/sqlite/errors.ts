import { StoreError } from '../contract.ts';
import { isSqliteError } from './driver.ts';

type Answer = { readonly code: StoreError['code']; readonly text: (place: string) => string };

const UNREADABLE: Answer = {
  code: 'unreadable',
  text: (place) =>
    `${place} is not a database that boomgate can read; nothing was changed. Restore it from a backup, or move it away to start afresh`,
};

/** By primary result code; the extended part after the second underscore does not matter here. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  SQLITE_NOTADB: UNREADABLE,
  SQLITE_CORRUPT: UNREADABLE,
  SQLITE_FULL: {
    code: 'unavailable',
    text: (place) => `${place} cannot grow: the disk is full. Free some space; no restart is needed`,
  },
  SQLITE_BUSY: {
    code: 'unavailable',
    text: (place) => `${place} has been in use by another process for too long; try again`,
  },
  SQLITE_READONLY: {
    code: 'unavailable',
    text: (place) => `${place} cannot be written: correct the permissions of the file and its folder`,
  },
  SQLITE_CANTOPEN: {
    code: 'unavailable',
    text: (place) => `${place} cannot be opened: check that it exists and who may read it`,
  },
};

/** What the caller of a store is told when SQLite or the file system fails. Other errors become `unavailable`. */
export function toStoreError(error: unknown, place: string): StoreError {
  if (error instanceof StoreError) return error;
  const known = isSqliteError(error) ? ANSWERS[primaryCode(error.code)] : undefined;
  if (known) return new StoreError(known.code, known.text(place), { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError('unavailable', `${place} cannot be used: ${reason}`, { cause: error });
}

/** Errors that one row brings on itself; the rest of its transaction is sound. */
const OWN_FAULTS: ReadonlySet<string> = new Set([
  'SQLITE_CONSTRAINT',
  'SQLITE_MISMATCH',
  'SQLITE_TOOBIG',
  'SQLITE_RANGE',
]);

/** True when the storage failed, so that the whole transaction is in doubt. */
export function isStorageFailure(error: unknown): boolean {
  return isSqliteError(error) && !OWN_FAULTS.has(primaryCode(error.code));
}

function primaryCode(code: string): string {
  return code.split('_', 2).join('_');
}
