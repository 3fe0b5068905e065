import type { Socket } from 'node:net';
import type { Demand, ReserveResult } from '@boomgate/engine';
import { type CountersInUse, StoreError, type UseQuestion } from '../../contract.ts';
import {
  Counters,
  type Desk,
  type Entry,
  type GroupResult,
  type JournalBackend,
  type LedgerClock,
} from '../../journal/index.ts';
import type { Line } from '../../redis/index.ts';
import type { RecentDecisions, Tables } from '../../sql/index.ts';
import { isStorageFailure, toPostgresError } from '../errors.ts';
import { commit, connected, JOURNAL_LOCK, run, takeBack, WRITER_LOCK } from '../executor.ts';
import { type News, tellNews } from '../news.ts';
import type { Pool, PoolClient } from '../pool.ts';
import {
  type Counting,
  CountingInPostgres,
  type InTime,
  learn,
  Outdated,
  type ReadCounters,
} from './counting.ts';
import { CountingOnRedis } from './counting-on-redis.ts';
import { Doubt, Trace } from './doubt.ts';
import { GroupCells } from './group-cells.ts';
import { GroupLog } from './group-log.ts';
import { lookInUse } from './in-use.ts';
import { beginAndRead, countersOf, type Found, readCounters } from './read-group.ts';
import type { Replica } from './replica.ts';
import { writeGroup } from './write-group.ts';

export type BackendOptions = {
  readonly pool: Pool;
  readonly news: News;
  /** As `openLedgerClock` gives it. */
  readonly clock: LedgerClock;
  readonly sealKey: () => Buffer;
  readonly desk: Pick<Desk, 'approvals' | 'warn' | 'atPoint'>;
  readonly replica: Replica;
  readonly recent: RecentDecisions;
  /** Where Redis counts. */
  readonly redis?: { readonly line: Line; readonly database: string } | undefined;
};

export class PostgresBackend implements JournalBackend {
  readonly desk: Desk;
  readonly #options: BackendOptions;
  readonly #cells = new GroupCells();
  readonly #log: GroupLog;
  readonly #counting: Counting;
  readonly #read: ReadCounters;
  #savesTime = false;
  #doubt: Doubt | undefined;
  /** Which process of Postgres answered last, and what this replica wrote there last. */
  #process: string | undefined;
  #newest: Trace | undefined;
  /** What is left to write of a group that was in doubt, until it is written. */
  #left: readonly Entry[] = [];

  constructor(options: BackendOptions) {
    this.#options = options;
    this.#log = new GroupLog(options.sealKey, options.recent);
    const { clock, pool, redis, replica } = options;
    const cells = this.#cells;
    this.#read = (counters) => connected(pool, (client) => readCounters(client, counters, clock.now()));
    const read = this.#read;
    this.#counting =
      redis === undefined
        ? new CountingInPostgres({ clock, cells, read })
        : new CountingOnRedis({ ...redis, clock, cells, replica, read });
    this.desk = {
      ...options.desk,
      counters: this.#counting.counters,
      log: this.#log,
      calls: options.replica,
      clock: { now: () => options.clock.now(), save: () => this.#saveTime() },
      isStorageFailure,
    };
  }

  #saveTime(): void {
    this.#savesTime = true;
  }

  async write(group: readonly Entry[]): Promise<GroupResult> {
    const { news, pool } = this.#options;
    try {
      return await withinPatience(pool, async (client, inTime) => {
        await this.#settleDoubt(client);
        const written = new Set<keyof Tables>();
        const all = [...this.#left, ...group];
        const { end, kept } = await this.#countedAndWritten({ client, inTime }, all, written);
        this.#left = [];
        this.#newest = Trace.of(this.#log) ?? this.#newest;
        this.#counting.committed(this.#options.clock.now(), end);
        this.#cells.end({ isWritten: true });
        this.#log.committed();
        news.wrote(written);
        return { kind: 'written', entries: kept };
      });
    } catch (cause) {
      const error = toPostgresError(cause);
      for (const entry of this.#left) entry.rolledBack(this.desk, error);
      return { kind: 'failed', error };
    }
  }

  async peek(demands: readonly Demand[]): Promise<ReserveResult> {
    const { clock } = this.#options;
    const found = await this.#read(demands);
    const counters = new Counters(new GroupCells());
    learn(counters, found, { windows: countersOf(demands).windows, nowMs: clock.now() });
    return counters.peek(demands, clock.now());
  }

  inUse(question: UseQuestion): Promise<CountersInUse> {
    const { clock, pool } = this.#options;
    return connected(pool, (client) => lookInUse(client, question, clock.now()));
  }

  forgetCallers(): void {
    this.#log.forgetCallers();
  }

  /** Finds out what became of a group of which nobody knew whether it was written, and what is left to do of it. */
  async #settleDoubt(client: PoolClient): Promise<void> {
    const doubt = this.#doubt;
    if (doubt === undefined) return;
    const isWritten = await doubt.isWritten(client);
    this.#doubt = undefined;
    if (isWritten) this.#left = doubt.group.flatMap((entry) => entry.foundWritten?.(this.desk) ?? []);
  }

  /** Counted anew as long as what was counted is not what is to be written. */
  async #countedAndWritten(
    { client, inTime }: { readonly client: PoolClient; readonly inTime: InTime },
    group: readonly Entry[],
    written: Set<keyof Tables>,
  ): Promise<{ readonly kept: readonly Entry[]; readonly end: number }> {
    let left = group;
    for (;;) {
      await this.#counting.prepare(client, left, inTime);
      try {
        return await this.#inTransaction(client, left, written);
      } catch (error) {
        if (!(error instanceof Outdated)) throw error;
        for (const entry of left) entry.unapply?.(this.desk);
        left = error.left ?? left;
      }
    }
  }

  async #inTransaction(
    client: PoolClient,
    group: readonly Entry[],
    written: Set<keyof Tables>,
  ): Promise<{ readonly kept: readonly Entry[]; readonly end: number }> {
    const meetsPeople = group.some((entry) => entry.meetsPeople);
    const locks = meetsPeople ? [WRITER_LOCK, JOURNAL_LOCK] : [JOURNAL_LOCK];
    let doubt: Doubt | undefined;
    try {
      const found = await this.#begin(client, locks, group);
      const kept: Entry[] = [];
      for (const entry of group) if (await this.#applies(client, entry, written)) kept.push(entry);
      if (this.#counting.hasWithdrawn) throw new Outdated(kept);
      this.#counting.write(this.#options.clock.now());
      if (this.#cells.changes.length > 0) this.#savesTime = true;
      // From here on it may be written, whatever is heard of it.
      doubt = Doubt.of(this.#log, group);
      const sent = writeGroup(client, {
        replica: this.#options.replica.id,
        log: this.#log,
        cells: this.#cells,
        time: this.#savesTime ? this.#options.clock.reading() : undefined,
        running: new Map(this.#cells.running.map((key) => [key, this.#counting.running(key)])),
        endsEpoch: this.#counting.endsEpoch,
      });
      await commit(client, [...sent, tellNews(client, written)]);
      return { kept, end: this.#log.end?.link ?? found.end.link };
    } catch (error) {
      this.#doubt = doubt;
      this.#undo();
      await takeBack(client, error);
      throw error;
    }
  }

  /** Reads what the group looks at into memory, once it has the locks. */
  async #begin(client: PoolClient, locks: readonly number[], group: readonly Entry[]): Promise<Found> {
    const { clock, replica } = this.#options;
    const found = await beginAndRead(client, locks, {
      replica: replica.id,
      nowMs: clock.now(),
      ...this.#counting.toRead(group),
    });
    await this.#requireSameLog(client, found);
    this.#counting.requireCurrent(found);
    this.#savesTime = false;
    if (!found.isAlive) {
      // Who was taken for dead may find its callers deleted.
      this.#log.forgetCallers();
      this.#counting.forgetRunning();
      await replica.beginAnew(client);
    }
    if (found.saved !== undefined) clock.heed(found.saved.at);
    this.#log.begin(found.end);
    this.#counting.found(found, clock.now());
    return found;
  }

  /**
   * Where another process of Postgres answers than before, it may be a standby that lagged when it took over: of one that lacks what this
   * replica wrote last nothing is believed that is in memory. Throws `Outdated`.
   */
  async #requireSameLog(client: PoolClient, { process }: Found): Promise<void> {
    const isOther = this.#process !== undefined && process !== this.#process;
    const isLost = isOther && this.#newest !== undefined && !(await this.#newest.isThere(client));
    this.#process = process;
    if (!isLost) return;
    const { recent, replica } = this.#options;
    this.#newest = undefined;
    this.#counting.forgetWindows();
    recent.forget();
    replica.disown();
    throw new Outdated();
  }

  /** False when the entry brought a failure on itself: it alone is refused. */
  async #applies(client: PoolClient, entry: Entry, written: Set<keyof Tables>): Promise<boolean> {
    try {
      const work = entry.apply(this.desk, this.#options.clock.now());
      if (work !== undefined) await run(client, work, written);
      return true;
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      entry.refuse(error);
      return false;
    }
  }

  #undo(): void {
    this.#counting.rolledBack();
    this.#cells.end({ isWritten: false });
    this.#log.forgetCallers();
  }
}

/** Milliseconds from the beginning of a group until it is given up, whatever it waits for: whoever called is told in time. */
const GROUP_MS = 440;
const LONG = 'the counters of limits take longer to read than a call may wait; try again';

/** Cuts the connection when time is up: of what was under way nobody knows then whether it was done. */
async function withinPatience<Result>(
  pool: Pool,
  work: (client: PoolClient, inTime: InTime) => Promise<Result>,
): Promise<Result> {
  const startedMs = performance.now();
  return connected(pool, async (client) => {
    const leftMs = Math.max(0, GROUP_MS - (performance.now() - startedMs));
    const { promise: isOver, reject } = Promise.withResolvers<never>();
    // Who waits for something of Postgres is told by the connection.
    isOver.catch(() => undefined);
    const cut = setTimeout(() => {
      socketOf(client).destroy();
      reject(new StoreError('unavailable', LONG));
    }, leftMs);
    try {
      return await work(client, (waited) => Promise.race([waited, isOver]));
    } finally {
      clearTimeout(cut);
    }
  });
}

function socketOf(client: PoolClient): Socket {
  // A cast: the types leave out what a client speaks through.
  return (client as PoolClient & { readonly connection: { readonly stream: Socket } }).connection.stream;
}
