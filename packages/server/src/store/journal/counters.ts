import type { Cell, Demand, InUse, ReserveResult, WindowDemand } from '@boomgate/engine';
import {
  mergeCells,
  openLedgers,
  peekAll,
  type Reservation,
  reserveAll,
  restore,
  settleAll,
  type Taken,
  windowInUse,
} from '@boomgate/engine';
import { MAX_COUNTERS_LOOKED_AT } from '../../limits/index.ts';
import type { CountersInUse, UseQuestion } from '../contract.ts';

/** Milliseconds after which a counter that nobody asked about leaves memory; it is read again when needed. */
const IDLE_MS = 600_000;
/** Counters in memory above which those that this group did not touch leave at once. */
const MAX_LOADED = 100_000;
/** Counters in memory that are looked at for idleness after each group. */
const IDLE_CHECKS = 4;
/** Milliseconds by which the longest calendar unit may exceed its nominal length where clocks are set back. */
const CALENDAR_SLACK_MS = 86_400_000;

/** A cell as it is stored: `amount` in millionths, kept until `expires`. */
export type StoredCell = { readonly at: number; readonly amount: number; readonly expires: number };

/** What the entries of a group do to counters. */
export type EntryCounters = Pick<Counters, 'reserve' | 'withdraw' | 'giveBack' | 'endRunning'>;

/** How one cell changes, in millionths. */
export type CellChange = { readonly key: string; readonly atMs: number; readonly delta: number };

/** The cells of all counters as they are stored. What it writes is part of the group's transaction. */
export interface UsageCells {
  /** What a counter admitted and some window may still see, oldest first. */
  load(key: string, nowMs: number): readonly StoredCell[];
  /** Keys of counters that begin so, in their order. */
  keysFrom(prefix: string): Iterable<string>;
  apply(change: CellChange, retentionMs: number): void;
  /** A longer window looks at the counter now: what it holds is kept for that long. */
  extend(key: string, retentionMs: number, nowMs: number): void;
  /** Deletes expired cells, a few at a time. */
  sweep(nowMs: number): void;
  /** This process has another number of calls of a counter in flight. */
  noteRunning(key: string): void;
}

/**
 * A counter in memory: how long its cells are kept, when it was last asked, its newest change of this group, and the link of the
 * log up to which all changes are known.
 */
type Loaded = { retentionMs: number; askedAtMs: number; change: Change | undefined; knownTo: number };
/** As of which link of the log cells were read, and when. */
type Moment = { readonly knownTo: number; readonly nowMs: number };
type Change = { readonly key: string; readonly atMs: number; readonly of: Loaded; delta: number };

/**
 * All window counters and calls in flight. Memory holds what is being asked about, the database holds everything;
 * between two groups both say the same. Only calls in flight are memory alone: a restart ends them all.
 */
export class Counters {
  readonly #cells: UsageCells;
  readonly #ledgers = openLedgers();
  readonly #loaded = new Map<string, Loaded>();
  #changes: Change[] = [];
  #touched: string[] = [];
  #others: ReadonlyMap<string, number> = new Map();
  #idleCheck: IterableIterator<[string, Loaded]>;

  constructor(cells: UsageCells) {
    this.#cells = cells;
    this.#idleCheck = this.#loaded.entries();
  }

  /** The link of the log up to which a counter in memory is known; undefined when it is not there. */
  knownTo(key: string): number | undefined {
    return this.#loaded.get(key)?.knownTo;
  }

  /** Puts in the cells that other processes changed after `knownTo`, or all that a counter has which is not in memory. */
  refresh(key: string, cells: readonly StoredCell[], { knownTo, nowMs }: Moment): void {
    const known = this.#loaded.get(key);
    if (known === undefined) {
      this.#put(key, cells, nowMs).knownTo = knownTo;
      return;
    }
    known.knownTo = knownTo;
    known.retentionMs = retentionOf(cells, known.retentionMs);
    mergeCells(this.#ledgers, key, cells.map(asCell));
  }

  /** Calls of other processes count as in flight until `withoutOthers`. */
  withOthers(others: ReadonlyMap<string, number>): void {
    this.withoutOthers();
    for (const [key, calls] of others) this.#addRunning(key, calls);
    this.#others = others;
  }

  withoutOthers(): void {
    for (const [key, calls] of this.#others) this.#addRunning(key, -calls);
    this.#others = new Map();
  }

  /** Calls in flight of a counter. */
  running(key: string): number {
    return this.#ledgers.running.get(key) ?? 0;
  }

  /** None of the calls in flight is this process's any more. */
  forgetRunning(): void {
    this.#ledgers.running.clear();
    this.#others = new Map();
  }

  /** What is stored may be something else by now: it is read again when it is needed. */
  forgetWindows(): void {
    for (const key of [...this.#loaded.keys()]) this.#drop(key);
  }

  /** Says what `reserve` would, and takes nothing. */
  peek(demands: readonly Demand[], nowMs: number): ReserveResult {
    for (const demand of demands) if (demand.kind === 'window') this.#load(demand.key, nowMs);
    return peekAll(this.#ledgers, demands, nowMs);
  }

  /** As `Journal.inUse`. Every change of this process is stored as soon as its group is committed. */
  inUse({ counters, window }: UseQuestion, nowMs: number): CountersInUse {
    const look = (key: string): InUse => {
      if (window === undefined) return { used: this.running(key) };
      this.#load(key, nowMs);
      return windowInUse(this.#ledgers, { ...window, key }, nowMs);
    };
    if (counters.kind === 'one') return { counters: [look(counters.key)], isComplete: true };
    const { matches, prefix } = counters;
    const keys = window === undefined ? this.#ledgers.running.keys() : this.#cells.keysFrom(prefix);
    const looked: InUse[] = [];
    let seen = 0;
    for (const key of keys) {
      seen += 1;
      if (seen > MAX_COUNTERS_LOOKED_AT) break;
      if (matches(key)) looked.push(look(key));
    }
    const inUse = looked.filter(({ used }) => used > 0).sort((one, other) => other.used - one.used);
    return { counters: inUse, isComplete: seen <= MAX_COUNTERS_LOOKED_AT };
  }

  /** Takes all demands or none; `write` puts it into the transaction. */
  reserve(demands: readonly Demand[], nowMs: number): Reservation {
    for (const demand of demands) if (demand.kind === 'window') this.#keepFor(demand, nowMs);
    const reservation = reserveAll(this.#ledgers, demands, nowMs);
    for (const taken of reservation.taken) this.#note(taken, 1);
    return reservation;
  }

  /** Takes back a reservation of this same group, as if it had not been made. */
  withdraw(taken: readonly Taken[]): void {
    this.giveBack(taken, 0);
    this.endRunning(taken);
  }

  /** Removes what the windows counted, exactly. */
  giveBack(taken: readonly Taken[], nowMs: number): void {
    const windows = taken.filter(({ kind }) => kind === 'window');
    for (const { key } of windows) this.#load(key, nowMs);
    settleAll(this.#ledgers, windows, 'given_back');
    for (const one of windows) this.#note(one, -1);
  }

  /** The call is over, so it is in flight no more. Never fails and is never undone. */
  endRunning(taken: readonly Taken[]): void {
    const running = taken.filter(({ kind }) => kind === 'concurrent');
    settleAll(this.#ledgers, running, 'kept');
    for (const { key } of running) this.#cells.noteRunning(key);
  }

  /** Writes every changed cell into the transaction that is open. True when there was any. */
  write(nowMs: number): boolean {
    for (const change of this.#changes) this.#cells.apply(change, change.of.retentionMs);
    if (this.#changes.length > 0) this.#cells.sweep(nowMs);
    return this.#changes.length > 0;
  }

  /** The transaction was committed; nobody else has changed these counters up to this link of the log. */
  committed(nowMs: number, knownTo = 0): void {
    for (const { of } of this.#changes) {
      of.change = undefined;
      of.knownTo = knownTo;
    }
    this.#changes = [];
    this.#touched = [];
    this.#dropIdle(nowMs);
  }

  /** The transaction was rolled back: what it touched is forgotten, and read from the table when it is next needed. */
  rolledBack(): void {
    for (const key of this.#touched) this.#drop(key);
    this.#changes = [];
    this.#touched = [];
  }

  #load(key: string, nowMs: number): Loaded {
    const known = this.#loaded.get(key);
    if (known) {
      known.askedAtMs = Math.max(known.askedAtMs, nowMs);
      return known;
    }
    return this.#put(key, this.#cells.load(key, nowMs), nowMs);
  }

  #put(key: string, cells: readonly StoredCell[], nowMs: number): Loaded {
    restore(this.#ledgers, key, cells.map(asCell));
    const retentionMs = retentionOf(cells, 0);
    const loaded: Loaded = { retentionMs, askedAtMs: nowMs, change: undefined, knownTo: 0 };
    this.#loaded.set(key, loaded);
    return loaded;
  }

  #addRunning(key: string, calls: number): void {
    const running = this.running(key) + calls;
    if (running > 0) this.#ledgers.running.set(key, running);
    else this.#ledgers.running.delete(key);
  }

  #keepFor(demand: Demand & { kind: 'window' }, nowMs: number): void {
    const loaded = this.#load(demand.key, nowMs);
    const retentionMs = keptFor(demand);
    if (retentionMs <= loaded.retentionMs) return;
    this.#touched.push(demand.key);
    if (loaded.retentionMs > 0) this.#cells.extend(demand.key, retentionMs, nowMs);
    loaded.retentionMs = retentionMs;
  }

  #note(taken: Taken, sign: 1 | -1): void {
    if (taken.kind !== 'window') return void this.#cells.noteRunning(taken.key);
    const { key, atMs } = taken;
    const loaded = this.#load(key, atMs);
    if (loaded.change?.atMs === atMs) {
      loaded.change.delta += sign * taken.amount;
      return;
    }
    loaded.change = { key, atMs, of: loaded, delta: sign * taken.amount };
    this.#changes.push(loaded.change);
    this.#touched.push(key);
  }

  #drop(key: string): void {
    this.#loaded.delete(key);
    this.#ledgers.windows.delete(key);
  }

  #dropIdle(nowMs: number): void {
    const idleMs = this.#loaded.size > MAX_LOADED ? 0 : IDLE_MS;
    for (let checks = 0; checks < IDLE_CHECKS; checks += 1) {
      const next = this.#idleCheck.next();
      if (next.done) {
        this.#idleCheck = this.#loaded.entries();
        return;
      }
      const [key, { askedAtMs }] = next.value;
      if (nowMs - askedAtMs > idleMs) this.#drop(key);
    }
  }
}

/** Milliseconds for which a cell that is taken for a window is kept: one that is exactly one rolling window old still counts. */
export function keptFor({ reset, windowMs }: WindowDemand): number {
  return windowMs + (reset === 'calendar' ? CALENDAR_SLACK_MS : 1);
}

const asCell = ({ amount, at }: StoredCell): Cell => ({ atMs: at, amount });

/** The longest that any of the cells is kept, in milliseconds. */
export function retentionOf(cells: readonly StoredCell[], leastMs: number): number {
  return cells.reduce((longest, { at, expires }) => Math.max(longest, expires - at), leastMs);
}
