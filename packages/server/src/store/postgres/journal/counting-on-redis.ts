import { type Demand, placeWindow, type Reservation, type Taken } from '@boomgate/engine';
import type { StoreError } from '../../contract.ts';
import {
  type Counted,
  type Entry,
  type EntryCounters,
  keptFor,
  type LedgerClock,
} from '../../journal/index.ts';
import {
  type Act,
  type Line,
  RedisCounts,
  RedisError,
  type Seed,
  type Seeding,
  type Stepped,
} from '../../redis/index.ts';
import type { PoolClient } from '../pool.ts';
import { type Counting, type InTime, Outdated, type ReadCounters, type ToRead } from './counting.ts';
import { enterEpoch } from './epoch.ts';
import type { GroupCells } from './group-cells.ts';
import type { Found } from './read-group.ts';

type CountingOnRedisOptions = {
  readonly line: Line;
  /** By which Redis knows the database. */
  readonly database: string;
  readonly clock: LedgerClock;
  readonly cells: GroupCells;
  readonly replica: { readonly id: string };
  readonly read: ReadCounters;
};

/** Milliseconds after a failure for which Redis is not asked: nobody waits for it meanwhile. */
const REST_MS = 250;
/** What the agent is told of a limit meanwhile, and when to ask again. */
const UNCOUNTED = 'limits cannot be counted now';
const RETRY_MS = 1_000;
/** Epochs that may end while a group is being counted, until it is given up. */
const TRIES = 3;

const NOTHING_TAKEN: Reservation = { result: { ok: true, usage: [] }, taken: [] };

/**
 * Redis judges the limits of a group in one step before its transaction, so that counters are not read while other replicas wait for the
 * lock. The transaction writes the same counts; it is undone when another epoch has begun since. Whatever leaves Redis with other counts than
 * the database ends the epoch.
 */
export class CountingOnRedis implements Counting {
  readonly counters: EntryCounters;
  readonly #options: CountingOnRedisOptions;
  readonly #own = new Map<string, number>();
  readonly #seeding: Seeding = new Map();
  #marker: string | undefined;
  /** An epoch in which something was begun of which it is not known whether it was done. */
  #doubtful: string | undefined;
  #restsUntilMs = 0;
  #failure: StoreError | undefined;
  /** Of the group: what was counted for each call, for how long the cells of each counter are kept, and how many acts are not applied yet. */
  #reservations = new Map<readonly Demand[], Reservation[]>();
  #keeps = new Map<string, number>();
  #open = 0;
  #isCounted = false;
  #endsEpoch = false;
  #hasWithdrawn = false;

  constructor(options: CountingOnRedisOptions) {
    this.#options = options;
    this.counters = {
      reserve: (demands) => this.#reserve(demands),
      withdraw: (taken) => this.#withdraw(taken),
      giveBack: (taken) => this.#giveBack(taken),
      endRunning: (taken) => this.#endRunning(taken),
    };
  }

  get hasWithdrawn(): boolean {
    return this.#hasWithdrawn;
  }

  get endsEpoch(): boolean {
    return this.#endsEpoch || this.#open !== 0;
  }

  async prepare(client: PoolClient, group: readonly Entry[], inTime: InTime): Promise<void> {
    this.#beginGroup();
    const acts = group.flatMap(actsOf);
    if (acts.length === 0) return;
    try {
      this.#use(await this.#count(client, acts, inTime), acts.length);
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      this.#doubt();
      this.#rest(error);
      this.#endsEpoch = true;
    }
  }

  toRead(): ToRead {
    return { windows: new Map(), running: [] };
  }

  requireCurrent({ isAlive, marker }: Found): void {
    if (this.#isCounted && marker !== this.#marker) {
      this.#marker = undefined;
      throw new Outdated();
    }
    // What was counted for calls that are not its own any more is not applied.
    if (!isAlive) this.#endsEpoch = true;
  }

  found(): void {
    // Nothing was read.
  }

  write(): void {
    // Whatever changed is in the cells.
  }

  running(key: string): number {
    return this.#own.get(key) ?? 0;
  }

  forgetWindows(): void {
    // Redis has what was taken, and reads the rest in the next epoch.
  }

  forgetRunning(): void {
    this.#own.clear();
  }

  committed(): void {
    if (this.endsEpoch) this.#marker = undefined;
    this.#beginGroup();
  }

  rolledBack(): void {
    if (this.#isCounted) this.#doubt();
    this.#beginGroup();
  }

  #beginGroup(): void {
    this.#reservations.clear();
    this.#keeps.clear();
    this.#open = 0;
    this.#isCounted = false;
    this.#endsEpoch = false;
    this.#hasWithdrawn = false;
  }

  async #count(client: PoolClient, acts: readonly Act[], inTime: InTime): Promise<Stepped> {
    if (performance.now() < this.#restsUntilMs && this.#failure !== undefined) throw this.#failure;
    const counts = this.#countsOf(inTime);
    for (let tries = 0; tries < TRIES; tries += 1) {
      this.#marker ??= await this.#enter(client, counts);
      const stepped = this.#marker === undefined ? undefined : await counts.step(this.#marker, acts);
      if (stepped !== undefined) return stepped;
      this.#marker = undefined;
    }
    throw new RedisError(
      'Redis begins one epoch after the other, as if a copy of this database used it too; try again',
    );
  }

  /** Undefined when another epoch began meanwhile. */
  async #enter(client: PoolClient, counts: RedisCounts): Promise<string | undefined> {
    const { cells, clock, line, replica } = this.#options;
    const [held, server] = await Promise.all([counts.marker(), line.look()]);
    const running = new Map(cells.running.map((key) => [key, this.running(key)]));
    const doubtful = this.#doubtful;
    const { isNew, marker, saved } = await enterEpoch(client, {
      replica: replica.id,
      server,
      held,
      doubtful,
      running,
    });
    this.#doubtful = undefined;
    if (saved !== undefined) clock.heed(saved.at);
    return !isNew || (await counts.begin(marker)) ? marker : undefined;
  }

  #countsOf(inTime: InTime): RedisCounts {
    const { clock, database, line, read } = this.#options;
    const seeds = async (counters: readonly Counted[]): Promise<readonly Seed[]> => {
      const { cells, others } = await read(counters);
      return counters.map(({ key, kind }) =>
        kind === 'window'
          ? { kind, key, cells: cells.get(key) ?? [] }
          : { kind, key, calls: others.get(key) ?? 0 },
      );
    };
    return new RedisCounts({ line, database, clock, read: seeds, inTime, seeding: this.#seeding });
  }

  #use({ kept, reservations }: Stepped, acts: number): void {
    this.#isCounted = true;
    this.#open = acts;
    for (const [demands, reservation] of reservations) {
      const same = this.#reservations.get(demands);
      if (same === undefined) this.#reservations.set(demands, [reservation]);
      else same.push(reservation);
    }
    for (const { beforeMs, keepMs, key } of kept) {
      this.#keeps.set(key, keepMs);
      if (beforeMs > 0 && keepMs > beforeMs) this.#options.cells.extend(key, keepMs);
    }
  }

  #reserve(demands: readonly Demand[]): Reservation {
    if (demands.length === 0) return NOTHING_TAKEN;
    if (!this.#isCounted) return this.#reserveUncounted(demands);
    const reservation = this.#reservations.get(demands)?.shift();
    if (reservation === undefined) throw new Error('expected a call that was counted, found another one');
    this.#open -= 1;
    for (const one of reservation.taken) this.#note(one, 1);
    return reservation;
  }

  /** Redis cannot be asked. A limit that lets calls pass then is counted all the same, in the database, and so from the next epoch on. */
  #reserveUncounted(demands: readonly Demand[]): Reservation {
    const strict = demands.find(({ onStoreError }) => onStoreError === 'deny');
    if (strict !== undefined) {
      const refused = { ...strict, message: UNCOUNTED };
      return { result: { ok: false, refused, retryAfterMs: RETRY_MS, usage: [] }, taken: [] };
    }
    const nowMs = this.#options.clock.now();
    const taken = demands.map((demand): Taken => {
      const { key, kind } = demand;
      if (kind !== 'window') return { kind, key };
      this.#keeps.set(key, Math.max(keptFor(demand), this.#keeps.get(key) ?? 0));
      return { kind, key, atMs: placeWindow(demand, nowMs).cellMs, amount: demand.amount };
    });
    for (const one of taken) this.#note(one, 1);
    return { result: { ok: true, usage: [] }, taken };
  }

  #withdraw(taken: readonly Taken[]): void {
    if (taken.length > 0) this.#hasWithdrawn = true;
    for (const one of taken) this.#note(one, -1);
  }

  #giveBack(taken: readonly Taken[]): void {
    for (const one of taken)
      if (one.kind === 'window') {
        this.#open -= 1;
        this.#note(one, -1);
      }
  }

  /** Also of a group that failed, which is counted anew. */
  #endRunning(taken: readonly Taken[]): void {
    for (const one of taken)
      if (one.kind === 'concurrent') {
        this.#open -= 1;
        this.#note(one, -1);
      }
  }

  #note(taken: Taken, sign: 1 | -1): void {
    const { cells } = this.#options;
    if (taken.kind === 'window') {
      const { amount, atMs, key } = taken;
      cells.apply({ key, atMs, delta: sign * amount }, this.#keeps.get(key) ?? 0);
      return;
    }
    const calls = this.running(taken.key) + sign;
    if (calls > 0) this.#own.set(taken.key, calls);
    else this.#own.delete(taken.key);
    cells.noteRunning(taken.key);
  }

  #doubt(): void {
    this.#doubtful = this.#marker ?? this.#doubtful;
    this.#marker = undefined;
  }

  #rest(failure: StoreError): void {
    if (performance.now() < this.#restsUntilMs) return;
    this.#failure = failure;
    this.#restsUntilMs = performance.now() + REST_MS;
  }
}

function actsOf(entry: Entry): readonly Act[] {
  const { takes = [] } = entry;
  const returned = entry.returns?.() ?? [];
  const acts = returned.map((taken): Act => ({ kind: 'return', taken }));
  return takes.length > 0 ? [{ kind: 'take', demands: takes }, ...acts] : acts;
}
