import type { AuditAct } from './act.ts';
import type { Actor } from './actor.ts';
import type { ChainHead, ChainReport, Expired, ExpireOptions, Page, Span } from './decisions.ts';
import type { NewOutboxEvent } from './outbox.ts';

export type AuditEntry = AuditAct & {
  /** Link of the row in the chain of the audit log. */
  readonly cursor: number;
  /** UUIDv7. */
  readonly id: string;
  readonly atMs: number;
  /** Where the decision log stood, so that it cannot be set back alone. */
  readonly decisions: ChainHead;
};

/** `text` is looked for in action, target and actor. */
export type AuditFilter = Span & {
  /** The whole code, or its noun alone. */
  readonly action?: string;
  /** Id or name. */
  readonly actor?: string;
  readonly target?: string;
};

export type Accepting =
  | { readonly kind: 'accepted'; readonly findings: number }
  | { readonly kind: 'other'; readonly code?: string };

/** The record of administration, append-only like the decision log. */
export interface AuditLog {
  /** For an act that changes nothing in the store, such as an export; changes leave their row themselves, or are given it (`NoteOf`). `told`: what others are told of it. */
  record(act: AuditAct, told?: NewOutboxEvent): Promise<AuditEntry>;
  /**
   * A row of how something is now that has no row of its own, with how it was before: none when the newest row of this action says the
   * same already, whoever else records it at the same time.
   */
  recordState(act: AuditAct & Required<Pick<AuditAct, 'after'>>): Promise<AuditEntry | undefined>;
  query(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  page(filter: AuditFilter): Promise<Page<AuditEntry>>;
  verify(known?: ChainHead): Promise<ChainReport>;
  /**
   * Lets the findings of both logs stand that `acceptanceCode` was made of, so that what is old is deleted again, and leaves rows of it;
   * nothing when there are others by now. How many they were; `other` with the code of those that there are, absent when there are none.
   */
  accept(code: string, how: { readonly by: Actor; readonly reason: string }): Promise<Accepting>;
  /** As for decisions. The row that says so is the first after the checkpoint that is not deleted with the next. */
  expire(beforeMs: number, options?: ExpireOptions): Promise<Expired>;
  /** Stands for a secret in a row: equal for equal secrets of this store, and tells nothing else. */
  fingerprint(secret: string): string;
}
