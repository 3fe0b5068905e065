import pg from 'pg';
import { StoreError } from '../contract.ts';

/** Two rows that must not both be there (SQLSTATE 23505), or a reference to what is not (23503). */
const CONFLICTS: ReadonlySet<string | undefined> = new Set(['23505', '23503']);

const READ_ONLY = 'Postgres is read-only now, perhaps a standby';

/** A change was refused, or would be: by a standby, or by a primary that is none any more. */
export class ReadOnly extends StoreError {
  constructor() {
    super('unavailable', READ_ONLY);
  }
}

/** SQLSTATE of a change where none is taken. */
const READ_ONLY_TRANSACTION = '25006';

/** True where a connection leads to a Postgres that takes no changes: a new one may lead to one that does. */
export function isReadOnly(error: unknown): boolean {
  if (error instanceof ReadOnly) return true;
  return error instanceof pg.DatabaseError && error.code === READ_ONLY_TRANSACTION;
}

/** What the caller of a store is told when Postgres fails, by SQLSTATE class. The texts name no host and no user. */
const ANSWERS: Readonly<Record<string, string>> = {
  '28': 'Postgres refuses the user or the password: correct --database',
  '3D': 'Postgres has no such database: make it, or correct --database',
  '25': READ_ONLY,
  '42': 'Postgres lacks a table or a right that boomgate needs: run boomgate migrate as a user with the right',
  '53': 'Postgres is full, or has no connection left: free some space, or raise max_connections',
  '55': 'a Postgres table has been in use for too long, perhaps by pg_dump or a long query: try again later',
  '57': 'Postgres is stopping or does not answer in time; try again',
};

/** What only a pooler makes of a prepared statement: that it is not there (26000), or there already (42P05). */
const STATEMENTS_LOST: ReadonlySet<string | undefined> = new Set(['26000', '42P05']);
const POOLER = 'as "PgBouncer" in docs/replicas.md says';
const LOSES_STATEMENTS = `a pooler before Postgres does not keep prepared statements: set it up ${POOLER}`;

/** How PgBouncer refuses a bound of time that is to hold on a connection. */
const UNKNOWN_BOUND = 'unsupported startup parameter';

/** How Postgres refuses who comes without TLS where it wants that, in English; it has no code of its own. */
const NO_ENCRYPTION = /^no pg_hba\.conf entry .* no encryption$/;
const WANTS_TLS =
  'Postgres lets nobody in without TLS: put sslmode=verify-full into --database, or correct its pg_hba.conf';

/** Codes of certificates that nobody who is trusted has signed. */
const UNTRUSTED = /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Codes of certificates that are wrong themselves, and what helps. */
const WRONG_CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED:
    'the certificate of Postgres has expired: renew it there, or set the clock of this machine right',
  CERT_NOT_YET_VALID:
    'the certificate of Postgres is not valid yet: look there, or set the clock of this machine right',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate of Postgres is for another name: have --database name that one',
};

/** How the driver says, without a code, that it was asked for a password and has none. */
const NO_PASSWORD = 'client password must be';

/** How the driver says, without a code, that it waited in vain: for a connection, which a pooler may have none of, or for an answer. */
const LATE = /connection timeout$|^Query read timeout|^timeout exceeded/;

export function toPostgresError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const known = error instanceof pg.DatabaseError ? answerOf(error) : knownReason(reason, code);
  return new StoreError('unavailable', known ?? `Postgres cannot be used: ${reason}`, { cause: error });
}

function answerOf({ code, message }: pg.DatabaseError): string | undefined {
  if (STATEMENTS_LOST.has(code)) return LOSES_STATEMENTS;
  if (message.startsWith(UNKNOWN_BOUND))
    return `a pooler before Postgres refuses the bounds of time that boomgate sets: set it up ${POOLER}`;
  if (NO_ENCRYPTION.test(message)) return WANTS_TLS;
  return ANSWERS[code?.slice(0, 2) ?? ''];
}

function knownReason(reason: string, code: string | undefined): string | undefined {
  if (code !== undefined && UNTRUSTED.test(code))
    return 'who signed the certificate of Postgres is not trusted: name its authority by sslrootcert=FILE in --database, or by NODE_EXTRA_CA_CERTS';
  const wrong = WRONG_CERTIFICATES[code ?? ''];
  if (wrong !== undefined) return wrong;
  if (LATE.test(reason))
    return 'Postgres does not answer in time: see whether the way there is open and, where a pooler stands before it, whether that has a connection left';
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
