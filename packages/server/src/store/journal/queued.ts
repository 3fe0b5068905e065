import type { ReserveResult } from '@boomgate/engine';
import {
  type Admission,
  type CountersInUse,
  type Journal,
  StoreError,
  type UseQuestion,
} from '../contract.ts';
import { OpenAdmission } from './admission.ts';
import { AskEntry, UseEntry } from './approvals.ts';
import type { Desk } from './desk.ts';
import { AdmitEntry, type Answer, type Entry, FlushEntry, RecordEntry, SettleEntry } from './entries.ts';

/** Entries waiting for a commit; beyond it new ones are refused at once, so that overload shows early. */
const MAX_QUEUED = 10_000;
/** Entries of one transaction, so that a long queue does not hold up the event loop. */
const MAX_GROUP = 256;
/** Those of them that run statements of their own, each on its way there and back: a group must be done in time. */
const MAX_MEETINGS = 16;
/** Entries that are written without waiting for more: beyond it a larger group saves nothing worth the delay. */
const ENOUGH = 64;
/** Milliseconds that an entry waits for others at most. */
const PATIENCE_MS = 4;
/** Milliseconds until outcomes whose commit failed are tried again when nothing else is written. */
const RETRY_MS = 250;

/** One transaction of the journal: how many entries it had, whether it could not be written, and its milliseconds. */
export type WrittenGroup = { readonly entries: number; readonly failed: boolean; readonly ms: number };

/** What became of a group: the entries that are durable now, those left out that brought a failure on themselves; or nothing is. */
export type GroupResult =
  | { readonly kind: 'written'; readonly entries: readonly Entry[] }
  | { readonly kind: 'failed'; readonly error: StoreError };

/** One database. All failures leave as `StoreError`. */
export interface JournalBackend {
  readonly desk: Desk;
  /**
   * Writes a group in one transaction, in its order. Never throws; of a group that failed, counters and log are as before.
   * At once where the database answers at once; the next group waits for this one.
   */
  write(group: readonly Entry[]): GroupResult | Promise<GroupResult>;
  readonly peek: (...of: Parameters<Journal['peek']>) => ReserveResult | Promise<ReserveResult>;
  readonly inUse: (question: UseQuestion) => CountersInUse | Promise<CountersInUse>;
}

/**
 * The single writer (gateway §11): what one turn of the event loop queues, and under load a few turns, is written in
 * one transaction, and answered after its commit. The order of the queue is the order in which reservations are taken.
 */
export class QueuedJournal implements Journal {
  readonly #backend: JournalBackend;
  readonly #desk: Desk;
  readonly #onGroup: ((group: WrittenGroup) => void) | undefined;
  #queue: Entry[] = [];
  /** Entries that waited at the end of the last turn, and when the first of them was seen. */
  #seen = 0;
  #firstSeenMs = 0;
  #wake: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isWriting = false;
  #isClosed = false;
  #hasFailed = false;

  constructor(backend: JournalBackend, onGroup?: (group: WrittenGroup) => void) {
    this.#backend = backend;
    this.#desk = backend.desk;
    this.#onGroup = onGroup;
  }

  /** Entries that wait for a commit. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the last transaction that would have added something could not be written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  admit(...[demands, describe]: Parameters<Journal['admit']>): Promise<Admission> {
    return this.#enqueue((answer) => new AdmitEntry({ demands, describe }, answer));
  }

  admitApproved(
    ...[use, demands, describe]: Parameters<Journal['admitApproved']>
  ): Promise<Admission | undefined> {
    return this.#enqueue((answer) => new UseEntry({ use, demands, describe }, answer));
  }

  ask(...[ask, args, describe]: Parameters<Journal['ask']>): ReturnType<Journal['ask']> {
    return this.#enqueue((answer) => new AskEntry({ ask, args, describe }, answer));
  }

  /** Writes an entry of the backend's own. */
  write(make: (answer: Answer<void>) => Entry): Promise<void> {
    return this.#enqueue(make);
  }

  record(...[row]: Parameters<Journal['record']>): Promise<void> {
    return this.#enqueue((answer) => new RecordEntry(row, answer));
  }

  flush(): Promise<void> {
    return this.#enqueue((answer) => new FlushEntry(answer));
  }

  async peek(...[demands]: Parameters<Journal['peek']>): ReturnType<Journal['peek']> {
    this.#requireOpen();
    return this.#backend.peek(demands);
  }

  async inUse(...[question]: Parameters<Journal['inUse']>): ReturnType<Journal['inUse']> {
    this.#requireOpen();
    return this.#backend.inUse(question);
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
      // A cast: whatever refuses an entry that does nothing is a failure of the store.
      this.#desk.warn(`some outcomes were not written: ${(error as StoreError).message}`);
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
    if (!this.#isWriting) this.#wake ??= setImmediate(() => this.#endTurn());
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
    const group = this.#queue.splice(0, sizeOfGroup(this.#queue));
    if (group.length === 0) return;
    const startedMs = performance.now();
    const result = this.#backend.write(group);
    if (!(result instanceof Promise)) {
      if (this.#queue.length > 0) this.#wakeSoon();
      this.#finish(group, result, startedMs);
      return;
    }
    this.#isWriting = true;
    void result.then((later) => {
      this.#isWriting = false;
      // Who came meanwhile has waited for the same database: they are not to wait for it once more.
      const behind = later.kind === 'failed' ? this.#queue.splice(0) : [];
      if (this.#queue.length > 0) this.#wakeSoon();
      this.#finish(group.concat(behind), later, startedMs);
    });
  }

  #finish(group: readonly Entry[], result: GroupResult, startedMs: number): void {
    const failed = result.kind === 'failed';
    if (failed || group.some((entry) => entry.addsNothing !== true)) this.#hasFailed = failed;
    const ms = performance.now() - startedMs;
    this.#onGroup?.({ entries: group.length, failed, ms });
    if (result.kind === 'written') {
      for (const entry of result.entries) entry.committed(this.#desk);
      return;
    }
    const unwritten = group.filter((entry) => entry.rolledBack(this.#desk, result.error) === 'again');
    if (unwritten.length === 0) return;
    this.#queue = unwritten.concat(this.#queue);
    if (!this.#isClosed) this.#wakeLater();
  }
}

/** How many of those that wait are written at once, in their order. */
function sizeOfGroup(waiting: readonly Entry[]): number {
  let meetings = 0;
  const end = waiting.findIndex((entry, at) => {
    meetings += entry.meetsPeople === true ? 1 : 0;
    return at === MAX_GROUP || meetings > MAX_MEETINGS;
  });
  return end === -1 ? waiting.length : end;
}
