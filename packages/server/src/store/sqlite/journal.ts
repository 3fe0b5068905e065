import { type Admission, type Journal, StoreError } from '../contract.ts';
import { AskEntry, UseEntry } from './approvals/entries.ts';
import type { Statement } from './driver.ts';
import {
  AdmitEntry,
  type Desk,
  type Entry,
  FlushEntry,
  OpenAdmission,
  RecordEntry,
  SettleEntry,
} from './entries.ts';
import { isStorageFailure, toStoreError } from './errors.ts';

/** Entries waiting for a commit; beyond it new ones are refused at once, so that overload shows early. */
export const MAX_QUEUED = 10_000;
/** Entries of one transaction, so that a long queue does not hold up the event loop. */
const MAX_GROUP = 256;
/** Entries that are written without waiting for more: beyond it a larger group saves nothing worth the delay. */
const ENOUGH = 64;
/** Milliseconds that an entry waits for others at most. */
const PATIENCE_MS = 4;
/** Milliseconds until outcomes whose commit failed are tried again when nothing else is written. */
const RETRY_MS = 250;

/**
 * The single writer (gateway §11): what one turn of the event loop queues, and under load a few turns, is written in
 * one transaction, and answered after its commit. The order of the queue is the order in which reservations are taken.
 */
export class SqliteJournal implements Journal {
  readonly #desk: Desk;
  readonly #begin: Statement<unknown>;
  readonly #commit: Statement<unknown>;
  #queue: Entry[] = [];
  /** Entries that waited at the end of the last turn, and when the first of them was seen. */
  #seen = 0;
  #firstSeenMs = 0;
  #wake: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #hasFailed = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#begin = desk.database.prepare('begin immediate');
    this.#commit = desk.database.prepare('commit');
  }

  /** Entries that wait for a commit. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the last transaction could not be written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  admit(...[demands, describe]: Parameters<Journal['admit']>): Promise<Admission> {
    return this.#enqueue((answer) => new AdmitEntry(demands, describe, answer));
  }

  admitApproved(
    ...[use, demands, describe]: Parameters<Journal['admitApproved']>
  ): Promise<Admission | undefined> {
    return this.#enqueue((answer) => new UseEntry({ use, demands, describe }, answer));
  }

  ask(...[ask, args, describe]: Parameters<Journal['ask']>): ReturnType<Journal['ask']> {
    return this.#enqueue((answer) => new AskEntry({ ask, args, describe }, answer));
  }

  record(...[row]: Parameters<Journal['record']>): Promise<void> {
    return this.#enqueue((answer) => new RecordEntry(row, answer));
  }

  flush(): Promise<void> {
    return this.#enqueue((answer) => new FlushEntry(answer));
  }

  async peek(...[demands]: Parameters<Journal['peek']>): ReturnType<Journal['peek']> {
    this.#requireOpen();
    try {
      return this.#desk.counters.peek(demands, this.#desk.clock.now());
    } catch (error) {
      throw toStoreError(error, this.#desk.file);
    }
  }

  async inUse(...[question]: Parameters<Journal['inUse']>): ReturnType<Journal['inUse']> {
    this.#requireOpen();
    try {
      return this.#desk.counters.inUse(question, this.#desk.clock.now());
    } catch (error) {
      throw toStoreError(error, this.#desk.file);
    }
  }

  settle(...[admission, fate, outcome]: Parameters<Journal['settle']>): void {
    if (!(admission instanceof OpenAdmission))
      throw new TypeError('expected an admission of this journal, found another object');
    if (admission.isSettled) return;
    admission.isSettled = true;
    // Waiting outcomes are never refused: there are no more of them than calls that were admitted.
    this.#queue.push(new SettleEntry(admission, fate, outcome));
    this.#wakeSoon();
  }

  /** Writes what is queued and accepts nothing more. Outcomes that cannot be written are given up with a warning. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    const written = this.flush();
    this.#isClosed = true;
    try {
      await written;
    } catch (error) {
      this.#desk.warn(`some outcomes were not written: ${toStoreError(error, this.#desk.file).message}`);
    }
    clearImmediate(this.#wake);
    clearTimeout(this.#retry);
    this.#queue = [];
  }

  #enqueue<Value>(make: (answer: PromiseWithResolvers<Value>) => Entry): Promise<Value> {
    const answer = Promise.withResolvers<Value>();
    try {
      this.#requireOpen();
      if (this.#queue.length >= MAX_QUEUED)
        throw new StoreError('unavailable', `more than ${MAX_QUEUED} records wait to be written: try again`);
      this.#queue.push(make(answer));
      this.#wakeSoon();
    } catch (error) {
      answer.reject(error);
    }
    return answer.promise;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new StoreError('unavailable', 'the store is closed: the gateway is stopping');
  }

  #wakeSoon(): void {
    this.#wake ??= setImmediate(() => this.#endTurn());
  }

  #wakeLater(): void {
    this.#retry ??= setTimeout(() => this.#wakeSoon(), RETRY_MS).unref();
  }

  /** Waits for one more turn as long as every turn brings more: a commit costs about as much as ten entries. */
  #endTurn(): void {
    this.#wake = undefined;
    const waiting = this.#queue.length;
    const grows = waiting > this.#seen;
    if (this.#seen === 0) this.#firstSeenMs = this.#desk.clock.now();
    if (grows && waiting < ENOUGH && this.#desk.clock.now() - this.#firstSeenMs < PATIENCE_MS) {
      this.#seen = waiting;
      this.#wakeSoon();
      return;
    }
    this.#seen = 0;
    this.#writeGroup();
  }

  #writeGroup(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const group = this.#queue.splice(0, MAX_GROUP);
    if (group.length === 0) return;
    if (this.#queue.length > 0) this.#wakeSoon();
    const nowMs = this.#desk.clock.now();
    const startedMs = performance.now();
    let written: readonly Entry[];
    try {
      written = this.#commitGroup(group, nowMs);
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      this.#undoGroup(group, error);
      return;
    } finally {
      const ms = performance.now() - startedMs;
      this.#desk.onGroup?.({ entries: group.length, failed: this.#hasFailed, ms });
    }
    this.#desk.counters.committed(nowMs);
    for (const entry of written) entry.committed(this.#desk);
  }

  #commitGroup(group: readonly Entry[], nowMs: number): readonly Entry[] {
    const { database, counters, clock, log } = this.#desk;
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
      entry.apply(this.#desk, nowMs);
      return true;
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      entry.refuse(error);
      return false;
    }
  }

  #undoGroup(group: readonly Entry[], cause: unknown): void {
    const { database, counters, log, file } = this.#desk;
    const error = toStoreError(cause, file);
    try {
      if (database.inTransaction) database.exec('rollback');
    } catch {
      // Tried again before the next group; until it succeeds nothing can be written, so nothing is admitted.
    }
    counters.rolledBack();
    log.rolledBack();
    const unwritten = group.filter((entry) => entry.rolledBack(this.#desk, error) === 'again');
    if (unwritten.length === 0) return;
    this.#queue = unwritten.concat(this.#queue);
    if (!this.#isClosed) this.#wakeLater();
  }
}
