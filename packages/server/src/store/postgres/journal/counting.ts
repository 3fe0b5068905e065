import { type Counted, Counters, type Entry, type EntryCounters } from '../../journal/index.ts';
import type { PoolClient } from '../pool.ts';
import type { GroupCells } from './group-cells.ts';
import { countersOf, type Found } from './read-group.ts';

/** What has to be read of counters in the transaction: windows with the link up to which each is known, -1 where it is not. */
export type ToRead = { readonly windows: ReadonlyMap<string, number>; readonly running: readonly string[] };

/** What was counted for a group is not what is to be written: it has to be counted anew. */
export class Outdated extends Error {
  /** Absent: all of the group is. */
  readonly left: readonly Entry[] | undefined;

  constructor(left?: readonly Entry[]) {
    super('expected the group to be counted in the epoch in which it is written');
    this.left = left;
  }
}

/** Waits as long as the group has time, and rejects then; what is waited for goes on. */
export type InTime = <Result>(waited: Promise<Result>) => Promise<Result>;

/** What the database has of counters, in a transaction of its own. */
export type ReadCounters = (counters: readonly Counted[]) => Promise<Found>;

/** Who counts for the limits of a group. What the group changes is in the cells at its end, whoever counted. */
export interface Counting {
  readonly counters: EntryCounters;
  /** Before the transaction. */
  prepare(client: PoolClient, group: readonly Entry[], inTime: InTime): Promise<void>;
  toRead(group: readonly Entry[]): ToRead;
  /** Once the transaction has its locks. Throws `Outdated`. */
  requireCurrent(found: Found): void;
  /** What was read. */
  found(found: Found, nowMs: number): void;
  /** Every change is in the cells from now on. */
  write(nowMs: number): void;
  /** Whether others were judged as if a call had taken what it then did not. */
  readonly hasWithdrawn: boolean;
  /** Whether Redis, if it is used, does not hold what the database will: another epoch has to begin. */
  readonly endsEpoch: boolean;
  /** Calls of a counter that this replica has in flight. */
  running(key: string): number;
  /** What is stored of windows may be something else by now. */
  forgetWindows(): void;
  /** None of the calls in flight is this replica's any more. */
  forgetRunning(): void;
  committed(nowMs: number, link: number): void;
  rolledBack(): void;
}

type CountingOptions = {
  readonly cells: GroupCells;
  readonly clock: { now(): number };
  readonly read: ReadCounters;
};

/** Counts in memory, as on one machine, after having read what others changed. */
export class CountingInPostgres implements Counting {
  readonly counters: Counters;
  /** Each call is judged after the one before it was. */
  readonly hasWithdrawn = false;
  /** Redis counts for other replicas, and this group counts too. */
  #endsEpoch = false;
  #looked: ReadonlySet<string> = new Set();
  #counts = false;
  /** Windows that were not in memory when a group was judged, which may have failed for them: some have too many cells for its time. */
  #unknown: ReadonlySet<string> = new Set();
  #missed: ReadonlySet<string> = new Set();
  #reading: Promise<void> | undefined;
  #read: { readonly windows: ReadonlySet<string>; readonly found: Found } | undefined;
  /** The process of Postgres that said what was read first, until a transaction shows that it is still the same. */
  #saidBy: string | undefined;
  readonly #options: CountingOptions;

  constructor(options: CountingOptions) {
    this.counters = new Counters(options.cells);
    this.#options = options;
  }

  get endsEpoch(): boolean {
    return this.#endsEpoch;
  }

  /** What it needs is read in the transaction. What was missed that way is read first, and in the transaction what changed since. */
  async prepare(_client: PoolClient, group: readonly Entry[], inTime: InTime): Promise<void> {
    const windows = new Set([...lookedAt(group).windows].filter((key) => this.#missed.has(key)));
    if (windows.size > 0) {
      this.#reading ??= this.#readFirst(windows);
      await inTime(this.#reading);
    }
    if (this.#read !== undefined) this.#learnFirst(this.#read);
    this.#read = undefined;
  }

  #learnFirst({ found, windows: read }: { windows: ReadonlySet<string>; found: Found }): void {
    const windows = [...read].filter((key) => this.counters.knownTo(key) === undefined);
    const moment = { knownTo: found.end.link, nowMs: this.#options.clock.now() };
    for (const key of windows) this.counters.refresh(key, found.cells.get(key) ?? [], moment);
    this.#saidBy = found.process;
  }

  async #readFirst(windows: ReadonlySet<string>): Promise<void> {
    try {
      const found = await this.#options.read([...windows].map((key) => ({ kind: 'window', key })));
      this.#read = { windows, found };
      this.#missed = new Set([...this.#missed].filter((key) => !windows.has(key)));
    } finally {
      this.#reading = undefined;
    }
  }

  toRead(group: readonly Entry[]): ToRead {
    const { running, windows } = lookedAt(group);
    this.#looked = windows;
    this.#unknown = new Set([...windows].filter((key) => this.counters.knownTo(key) === undefined));
    this.#counts = group.some(({ returns, takes = [] }) => takes.length > 0 || returns !== undefined);
    const known = [...windows].map((key) => [key, this.counters.knownTo(key) ?? -1] as const);
    return { windows: new Map(known), running: [...running] };
  }

  requireCurrent({ marker, process }: Found): void {
    this.#endsEpoch = this.#counts && marker !== undefined;
    const isSame = this.#saidBy === undefined || this.#saidBy === process;
    this.#saidBy = undefined;
    if (isSame) return;
    // A standby that took over may lack what was read, and have written other links since.
    this.counters.forgetWindows();
    throw new Outdated();
  }

  found(found: Found, nowMs: number): void {
    learn(this.counters, found, { windows: this.#looked, nowMs });
  }

  write(nowMs: number): void {
    this.counters.write(nowMs);
    this.counters.withoutOthers();
  }

  running(key: string): number {
    return this.counters.running(key);
  }

  forgetWindows(): void {
    this.counters.forgetWindows();
  }

  forgetRunning(): void {
    this.counters.forgetRunning();
  }

  committed(nowMs: number, link: number): void {
    this.counters.committed(nowMs, link);
  }

  rolledBack(): void {
    this.#missed = this.#unknown;
    this.counters.withoutOthers();
    this.counters.rolledBack();
  }
}

function lookedAt(group: readonly Entry[]): ReturnType<typeof countersOf> {
  return countersOf(
    group.flatMap(({ counters = [], takes = [] }): readonly Counted[] => [...takes, ...counters]),
  );
}

/** Puts what was read into memory. */
export function learn(
  counters: Counters,
  { cells, end, others }: Found,
  { nowMs, windows }: { readonly nowMs: number; readonly windows: Iterable<string> },
): void {
  for (const key of windows) counters.refresh(key, cells.get(key) ?? [], { knownTo: end.link, nowMs });
  counters.withOthers(others);
}
