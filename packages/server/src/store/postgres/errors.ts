import pg from 'pg';
import { StoreError } from '../contract.ts';

/** Two rows that must not both be there (SQLSTATE 23505), or a reference to what is not (23503). */
const CONFLICTS: ReadonlySet<string | undefined> = new Set(['23505', '23503']);

/** What the caller of a store is told when Postgres fails, by SQLSTATE class. The texts name no host and no user. */
const ANSWERS: Readonly<Record<string, string>> = {
  '28': 'Postgres refuses the user or the password: correct --database',
  '3D': 'Postgres has no such database: make it, or correct --database',
  '25': 'Postgres is read-only now, perhaps a standby',
  '42': 'Postgres lacks a table or a right that boomgate needs: run boomgate migrate as a user with the right',
  '53': 'Postgres is full, or has no connection left: free some space, or raise max_connections',
  '55': 'a Postgres table has been in use for too long, perhaps by pg_dump or a long query: try again later',
  '57': 'Postgres is stopping or does not answer in time; try again',
};

/** How the driver says, without a code, that it was asked for a password and has none. */
const NO_PASSWORD = 'client password must be';

export function toPostgresError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const known =
    error instanceof pg.DatabaseError ? ANSWERS[error.code?.slice(0, 2) ?? ''] : knownReason(reason);
  return new StoreError('unavailable', known ?? `Postgres cannot be used: ${reason}`, { cause: error });
}

function knownReason(reason: string): string | undefined {
  if (!reason.includes(NO_PASSWORD)) return undefined;
  return 'Postgres wants a password, and --database has none: put it there, or in PGPASSWORD';
}

/** True when a row breaks a rule of its table, such as a name that must be unique. */
export function isPostgresConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && CONFLICTS.has(error.code);
}

/** What the driver says, without a code, of a connection that is gone or an answer that did not come. */
const GONE = /^(?:Connection terminated|Query read timeout|timeout exceeded|Client has encountered)/;

/** True of a failure of the database or of the way there, not of what was to be written. */
export function isStorageFailure(error: unknown): boolean {
  if (error instanceof StoreError || error instanceof pg.DatabaseError) return true;
  return error instanceof Error && ('syscall' in error || GONE.test(error.message));
}
