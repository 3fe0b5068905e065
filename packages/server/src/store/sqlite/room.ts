import type { Clock } from '../../limits/index.ts';
import type { Vault } from '../contract.ts';
import type { Writes } from '../sql/index.ts';
import type { AuditWriter } from './audit/index.ts';
import { type Database, transact } from './driver.ts';
import { toStoreError } from './errors.ts';

/** What the nouns of the store share: one connection with its clock, what they leave rows with, and what they seal with. */
export type Room = {
  readonly database: Database;
  readonly clock: Clock;
  readonly file: string;
  readonly audit: AuditWriter;
  /** Seals within a transaction alone: then a change of keys never overlooks a text (keys/rotate.ts). */
  readonly vault: Vault;
  /** What this process wrote, for those who watch tables. */
  readonly writes: Writes;
};

/** Runs a short transaction of its own between two groups of the journal. */
export function inTurn<Result>(room: Pick<Room, 'database' | 'file'>, work: () => Result): Result {
  return guarded(room, () => transact(room.database, work));
}

/** All failures leave as `StoreError`. */
export function guarded<Result>({ file }: Pick<Room, 'file'>, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error, file);
  }
}
