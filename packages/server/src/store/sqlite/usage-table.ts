import type { CellChange, StoredCell, UsageCells } from '../journal/index.ts';
import type { Database, Statement } from './driver.ts';

/** Rows of the table that are looked at in one step, and changed cells after which a step is due. */
const SWEEP_ROWS = 64;
const CHANGES_PER_SWEEP = SWEEP_ROWS / 2;

/**
 * What every counter holds at the moment of a restore: more than limits of up to 4.5 billion allow, and little enough for sums to
 * stay exact.
 */
const FULL = 2 ** 52;

/** The cells of all counters as they are stored. Every method runs in the transaction that is open, if any. */
export class UsageTable implements UsageCells {
  readonly #load: Statement<StoredCell>;
  readonly #next: Statement<{ counter: string }>;
  readonly #add: Statement<unknown>;
  readonly #subtract: Statement<unknown>;
  readonly #extend: Statement<unknown>;
  readonly #stepEnd: Statement<{ counter: string; at: number }>;
  readonly #deleteTo: Statement<unknown>;
  readonly #deleteRest: Statement<unknown>;
  /** Calls that were admitted before this moment may be missing, as the store was restored from a backup then. */
  readonly #floorMs: number | undefined;
  #changesSinceSweep = 0;
  #sweptTo: { counter: string; at: number } = { counter: '', at: 0 };

  constructor(database: Database) {
    this.#floorMs = database.prepare<{ at: number }>('select at from ledger_floor').get()?.at;
    this.#load = database.prepare(
      'select at, amount, expires from usage where counter = ? and expires > ? order by at',
    );
    this.#next = database.prepare('select counter from usage where counter > ? order by counter limit 1');
    this.#add = database.prepare(
      'insert into usage (counter, at, amount, expires) values (?, ?, ?, ?) on conflict (counter, at) do update set amount = amount + excluded.amount, expires = max(expires, excluded.expires)',
    );
    this.#subtract = database.prepare(
      'update usage set amount = max(0, amount - ?) where counter = ? and at = ?',
    );
    this.#extend = database.prepare(
      'update usage set expires = max(expires, at + ?) where counter = ? and expires > ?',
    );
    this.#stepEnd = database.prepare(
      `select counter, at from usage where (counter, at) > (?, ?) order by counter, at limit 1 offset ${SWEEP_ROWS - 1}`,
    );
    this.#deleteTo = database.prepare(
      'delete from usage where (counter, at) > (?, ?) and (counter, at) <= (?, ?) and expires <= ?',
    );
    this.#deleteRest = database.prepare('delete from usage where (counter, at) > (?, ?) and expires <= ?');
  }

  /**
   * What a counter admitted and some window may still see, oldest first. Windows that reach back to before a restore are
   * full, since nobody knows what they held.
   */
  load(key: string, nowMs: number): readonly StoredCell[] {
    const cells = this.#load.all(key, nowMs);
    const floorMs = this.#floorMs;
    if (floorMs === undefined) return cells;
    const full = { at: floorMs, amount: FULL, expires: floorMs };
    return [full, ...cells.filter(({ at }) => at > floorMs)];
  }

  /** Keys of counters that begin so, in their order: one look-up each, however many cells a counter has. */
  *keysFrom(prefix: string): Generator<string> {
    let key = this.#next.get(prefix)?.counter;
    while (key?.startsWith(prefix)) {
      yield key;
      key = this.#next.get(key)?.counter;
    }
  }

  apply({ key, atMs, delta }: CellChange, retentionMs: number): void {
    if (delta > 0) this.#add.run(key, atMs, delta, atMs + retentionMs);
    else if (delta < 0) this.#subtract.run(-delta, key, atMs);
    this.#changesSinceSweep += 1;
  }

  /** A longer window looks at the counter now: what it holds is kept for that long. */
  extend(key: string, retentionMs: number, nowMs: number): void {
    this.#extend.run(retentionMs, key, nowMs);
  }

  /** Calls in flight are in the memory of the one gateway alone. */
  noteRunning(): void {}

  /**
   * Deletes expired cells, a few rows at a time, round and round: twice as many rows are looked at as were changed, so
   * the table stays within a small multiple of what is alive and no commit ever pays for the whole of it.
   */
  sweep(nowMs: number): void {
    if (this.#changesSinceSweep < CHANGES_PER_SWEEP) return;
    this.#changesSinceSweep = 0;
    const { counter, at } = this.#sweptTo;
    const end = this.#stepEnd.get(counter, at);
    if (end === undefined) this.#deleteRest.run(counter, at, nowMs);
    else this.#deleteTo.run(counter, at, end.counter, end.at, nowMs);
    this.#sweptTo = end ?? { counter: '', at: 0 };
  }
}
