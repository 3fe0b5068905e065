import type { Demand, ReserveResult } from '@boomgate/engine';
import type { CountersInUse, UseQuestion } from '../contract.ts';
import {
  type Counters,
  type Desk,
  type Entry,
  type GroupResult,
  type JournalBackend,
  QueuedJournal,
  type WrittenGroup,
} from '../journal/index.ts';
import type { Writes } from '../sql/index.ts';
import type { Database, Statement } from './driver.ts';
import { isStorageFailure, toStoreError } from './errors.ts';
import type { SqliteLogWriter } from './log-writer.ts';
import { runNow } from './run.ts';

/** What the entries of a group write with, and the connection on which they do. */
export type SqliteDesk = Omit<Desk, 'isStorageFailure'> & {
  readonly database: Database;
  readonly counters: Counters;
  readonly log: SqliteLogWriter;
  readonly writes: Writes;
  /** The file's path, for messages. */
  readonly file: string;
};

/** The journal of the one gateway that has the file. A group is written within one turn of the event loop. */
export function sqliteJournal(desk: SqliteDesk, onGroup?: (group: WrittenGroup) => void): QueuedJournal {
  return new QueuedJournal(new SqliteBackend(desk), onGroup);
}

class SqliteBackend implements JournalBackend {
  readonly desk: SqliteDesk & Desk;
  readonly #begin: Statement<unknown>;
  readonly #commit: Statement<unknown>;

  constructor(desk: SqliteDesk) {
    this.desk = { ...desk, isStorageFailure };
    this.#begin = desk.database.prepare('begin immediate');
    this.#commit = desk.database.prepare('commit');
  }

  write(group: readonly Entry[]): GroupResult {
    const { clock, counters, log } = this.desk;
    const nowMs = clock.now();
    try {
      const entries = this.#commitGroup(group, nowMs);
      counters.committed(nowMs);
      log.committed();
      return { kind: 'written', entries };
    } catch (error) {
      this.#undo();
      return { kind: 'failed', error: toStoreError(error, this.desk.file) };
    }
  }

  peek(demands: readonly Demand[]): ReserveResult {
    return this.#guarded(() => this.desk.counters.peek(demands, this.desk.clock.now()));
  }

  inUse(question: UseQuestion): CountersInUse {
    return this.#guarded(() => this.desk.counters.inUse(question, this.desk.clock.now()));
  }

  #commitGroup(group: readonly Entry[], nowMs: number): readonly Entry[] {
    const { clock, counters, database, log } = this.desk;
    // Only a rollback that failed leaves a transaction open.
    if (database.inTransaction) database.exec('rollback');
    this.#begin.run();
    const written = group.filter((entry) => this.#applies(entry, nowMs));
    if (counters.write(nowMs)) clock.save();
    log.seal();
    this.#commit.run();
    return written;
  }

  /** False when the entry brought a failure on itself: it alone is refused. */
  #applies(entry: Entry, nowMs: number): boolean {
    try {
      const work = entry.apply(this.desk, nowMs);
      if (work !== undefined) runNow(this.desk.database, work, this.desk.writes);
      return true;
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      entry.refuse(error);
      return false;
    }
  }

  #undo(): void {
    const { counters, database, log } = this.desk;
    try {
      if (database.inTransaction) database.exec('rollback');
    } catch {
      // Tried again before the next group; until it succeeds nothing can be written, so nothing is admitted.
    }
    counters.rolledBack();
    log.rolledBack();
  }

  #guarded<Value>(look: () => Value): Value {
    try {
      return look();
    } catch (error) {
      throw toStoreError(error, this.desk.file);
    }
  }
}
