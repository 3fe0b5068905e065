import type { Compilable } from 'kysely';
import type { Clock } from '../../limits/index.ts';
import type { AuditAct, AuditEntry, NoteOf, Vault } from '../contract.ts';
import type { Tables } from './tables.ts';
import type { Work } from './work.ts';

/** The database as it was at one moment. */
export type Snapshot = {
  readonly ask: <Result>(work: Work<Result>) => Promise<Result>;
  /** The rows of a query, of which only a few are in memory at a time. */
  readonly walk: <Row>(query: Compilable<Row>) => AsyncIterable<Row>;
};

/** How much one read of long work takes on, so that others hardly notice it. */
export type Pace = {
  /** Milliseconds that it should take. */
  readonly stepMs: number;
  /** Rows that it looks at, however quick those before were. */
  readonly mostRows: number;
  /** Rows that it looks at where each takes about as long as any other. */
  readonly evenRows: number;
};

/** Runs the SQL of the repositories on one backend, which has a clock. All failures leave as `StoreError`. */
export type SqlExecutor = {
  readonly clock: Clock;
  readonly pace: Pace;
  /** Statements of which each sees what is committed then. */
  readonly read: <Result>(work: () => Work<Result>) => Promise<Result>;
  /** All of it or nothing, with its row in the audit log where it is given one; nobody else writes in between. */
  readonly write: <Result>(work: () => Work<Result>, note?: NoteOf<Result>) => Promise<Result>;
  /** Reads of one moment, however long they take; nobody waits for them. */
  readonly snapshot: <Result>(read: (snapshot: Snapshot) => Promise<Result>) => Promise<Result>;
  /** Seals within `write` alone. */
  readonly vault: Vault;
  /** Stands for a secret in a row of the audit log. */
  readonly fingerprint: (secret: string) => string;
  /** The row of a change, within the `write` that makes it. */
  readonly note: (act: AuditAct) => Work<AuditEntry>;
  /** Grows when another database may have taken the place of the one before, and lack what was read of that; as of the last `look`. */
  readonly databases: () => number;
  /** A function that says whether any of these tables may have been written since it was last called, in whichever process. */
  readonly watch: (tables: readonly (keyof Tables)[]) => () => boolean;
  /** Resolves when what others had committed until now is known to `watch`; many who ask at once cost one question. */
  readonly look: () => Promise<void>;
};
