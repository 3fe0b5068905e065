import type { Socket } from 'node:net';
import type { Demand, ReserveResult } from '@boomgate/engine';
import type { CountersInUse, UseQuestion } from '../../contract.ts';
import {
  Counters,
  type Desk,
  type Entry,
  type GroupResult,
  type JournalBackend,
  type LedgerClock,
} from '../../journal/index.ts';
import type { RecentDecisions, Tables } from '../../sql/index.ts';
import { isStorageFailure, toPostgresError } from '../errors.ts';
import { type News, tellNews } from '../news.ts';
import type { Pool, PoolClient } from '../pool.ts';
import { beginLocked, commit, connected, run, Unfinished, WRITER_LOCK } from '../room.ts';
import { Doubt } from './doubt.ts';
import { GroupCells } from './group-cells.ts';
import { GroupLog } from './group-log.ts';
import { lookInUse } from './in-use.ts';
import { countersOf, type Found, readGroup, type Wanted } from './read-group.ts';
import type { Replica } from './replica.ts';
import { writeGroup } from './write-group.ts';

/** Held by the replica that writes a group, to the end of its transaction. Always after that of who writes nouns, who may take long. */
export const JOURNAL_LOCK = 0x62_6d_67_6a; // "bmgj"

export type BackendOptions = {
  readonly pool: Pool;
  readonly news: News;
  readonly clock: LedgerClock;
  readonly sealKey: () => Buffer;
  readonly desk: Pick<Desk, 'approvals' | 'warn' | 'atPoint'>;
  readonly replica: Replica;
  readonly recent: RecentDecisions;
};

export class PostgresBackend implements JournalBackend {
  readonly desk: Desk;
  readonly #options: BackendOptions;
  readonly #cells = new GroupCells();
  readonly #log: GroupLog;
  readonly #counters = new Counters(this.#cells);
  #savesTime = false;
  #doubt: Doubt | undefined;
  /** What is left to write of a group that was in doubt, until it is written. */
  #left: readonly Entry[] = [];

  constructor(options: BackendOptions) {
    this.#options = options;
    this.#log = new GroupLog(options.sealKey, options.recent);
    this.desk = {
      ...options.desk,
      counters: this.#counters,
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
      return await withinPatience(pool, async (client) => {
        await this.#settleDoubt(client);
        const written = new Set<keyof Tables>();
        const { end, kept } = await this.#inTransaction(client, [...this.#left, ...group], written);
        this.#left = [];
        this.#counters.committed(this.#options.clock.now(), end);
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
    const { clock, pool } = this.#options;
    const { windows, running } = countersOf(demands);
    // As nobody, so that the calls of this replica count among those of all.
    const wanted = {
      replica: '',
      windows: new Map([...windows].map((key) => [key, -1])),
      running: [...running],
      nowMs: clock.now(),
    };
    const found = await connected(pool, async (client) => {
      const [read] = await Promise.all([beginAndRead(client, [], wanted), client.query('rollback')]);
      return read;
    });
    const counters = new Counters(new GroupCells());
    this.#learn(counters, found, windows);
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
    const isWritten = await doubt.isWritten(client, JOURNAL_LOCK);
    this.#doubt = undefined;
    if (isWritten) this.#left = doubt.group.flatMap((entry) => entry.foundWritten?.(this.desk) ?? []);
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
      if (this.#counters.write(this.#options.clock.now())) this.#savesTime = true;
      this.#counters.withoutOthers();
      // From here on it may be written, whatever is heard of it.
      doubt = Doubt.of(this.#log, group);
      const sent = writeGroup(client, {
        replica: this.#options.replica.id,
        log: this.#log,
        cells: this.#cells,
        time: this.#savesTime ? this.#options.clock.reading() : undefined,
        running: new Map(this.#cells.running.map((key) => [key, this.#counters.running(key)])),
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
    const { windows, running } = countersOf(group.flatMap(({ counters = [] }) => counters));
    const found = await beginAndRead(client, locks, {
      replica: replica.id,
      windows: new Map([...windows].map((key) => [key, this.#counters.knownTo(key) ?? -1])),
      running: [...running],
      nowMs: clock.now(),
    });
    this.#savesTime = false;
    if (!found.isAlive) {
      // Who was taken for dead may find its callers deleted.
      this.#log.forgetCallers();
      await replica.beginAnew(client, this.#counters);
    }
    if (found.saved !== undefined) clock.heed(found.saved.at);
    this.#log.begin(found.end);
    this.#learn(this.#counters, found, windows);
    return found;
  }

  #learn(counters: Counters, { cells, end, others }: Found, windows: ReadonlySet<string>): void {
    const moment = { knownTo: end.link, nowMs: this.#options.clock.now() };
    for (const key of windows) counters.refresh(key, cells.get(key) ?? [], moment);
    counters.withOthers(others);
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
    this.#counters.withoutOthers();
    this.#counters.rolledBack();
    this.#cells.end({ isWritten: false });
    this.#log.forgetCallers();
  }
}

// By indexes alone: a plan is kept, and a counter may have a hundred thousand cells before the next one is made. Nothing here is worth
// compiling.
const PLANS = 'set local enable_seqscan = off; set local jit = off';

/** Sent at once. Each statement sees what was committed before it began, which is after the locks were taken. */
async function beginAndRead(client: PoolClient, locks: readonly number[], wanted: Wanted): Promise<Found> {
  const begun = client.query(`${beginLocked(locks)}; ${PLANS}`);
  const [, found] = await Promise.all([begun, readGroup(client, wanted)]);
  return found;
}

/** A connection on which the transaction may not be over is not used again. */
async function takeBack(client: PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query('rollback');
  } catch {
    throw new Unfinished('a group could not be taken back', { cause });
  }
}

/** Milliseconds from the beginning of a group until it is given up, whatever it waits for: whoever called is told in time. */
const GROUP_MS = 440;

/** Cuts the connection when time is up: of what was under way nobody knows then whether it was done. */
async function withinPatience<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const startedMs = performance.now();
  return connected(pool, async (client) => {
    const leftMs = Math.max(0, GROUP_MS - (performance.now() - startedMs));
    const cut = setTimeout(() => socketOf(client).destroy(), leftMs);
    try {
      return await work(client);
    } finally {
      clearTimeout(cut);
    }
  });
}

function socketOf(client: PoolClient): Socket {
  // A cast: the types leave out what a client speaks through.
  return (client as PoolClient & { readonly connection: { readonly stream: Socket } }).connection.stream;
}
