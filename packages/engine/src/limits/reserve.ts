import type { Demand, ReserveResult, Usage } from '../decide/decision.ts';
import {
  type Cell,
  giveBack,
  type Ledger,
  openLedger,
  replace,
  take,
  used,
  type WindowShape,
  waitUntilUsedAtMost,
} from './ledger.ts';

/** Nobody knows when a running call ends; asking again after this long is polite. */
const RUNNING_RETRY_MS = 1_000;
const MILLIONTHS = 1_000_000;

/** All counters that one place answers for, by `Demand.key`. Changed only by the functions of this file. */
export type Ledgers = {
  readonly windows: Map<string, Ledger>;
  /** Calls in flight. */
  readonly running: Map<string, number>;
};

/** What one demand took. Keep it with the call: `settleAll` needs it, also after a restart. */
export type Taken = ({ readonly kind: 'window'; readonly key: string } & Cell) | RunningTaken;
type RunningTaken = { readonly kind: 'concurrent'; readonly key: string };

export type Reservation = { readonly result: ReserveResult; readonly taken: readonly Taken[] };

/** Nothing is counted, nothing in flight. */
export function openLedgers(): Ledgers {
  return { windows: new Map(), running: new Map() };
}

/** Puts back what storage holds of a counter. Calls in flight are not restored: a restart ends them all. */
export function restore(ledgers: Ledgers, key: string, cells: Iterable<Cell>): void {
  ledgers.windows.set(key, openLedger(cells));
}

/** Cells of a counter as others left them: each replaces the one of its moment. The counter must be there. */
export function mergeCells(ledgers: Ledgers, key: string, cells: Iterable<Cell>): void {
  const ledger = ledgers.windows.get(key);
  if (ledger === undefined) return;
  for (const cell of cells) replace(ledger, cell);
}

/**
 * Takes all demands or none (policy language §5). Two demands on one key both count. When several refuse, the
 * answer names the one that lasts longest, so that `retryAfterMs` is the exact wait until the same call fits,
 * if nothing else is admitted meanwhile. `retryAfterMs` is 0 when no wait helps: the call alone is over the limit.
 */
export function reserveAll(ledgers: Ledgers, demands: readonly Demand[], nowMs: number): Reservation {
  const result = peekAll(ledgers, demands, nowMs);
  if (!result.ok) return { result, taken: [] };
  return { result, taken: demands.map((demand) => takeOne(ledgers, demand, nowMs)) };
}

/** Says what `reserveAll` would, and takes nothing. */
export function peekAll(ledgers: Ledgers, demands: readonly Demand[], nowMs: number): ReserveResult {
  return answerOf(demands.map((demand, index) => lookAt(demands, index, heldBy(ledgers, demand, nowMs))));
}

/** What the looks at all demands of a call come to. */
export function answerOf(looks: readonly Look[]): ReserveResult {
  const refusals = looks.filter((one) => !one.fits);
  const [first] = refusals;
  if (first === undefined) return { ok: true, usage: looks.map((one) => usageOf(one, amountOf(one.demand))) };
  const longest = refusals.reduce((worst, one) => (one.waitMs > worst.waitMs ? one : worst), first);
  const retryAfterMs = Number.isFinite(longest.waitMs) ? longest.waitMs : 0;
  return { ok: false, refused: longest.demand, retryAfterMs, usage: looks.map((one) => usageOf(one, 0)) };
}

/** What a counter holds, in millionths, and milliseconds until some of that is free again if nothing more is taken. */
export type InUse = { readonly used: number; readonly freesInMs?: number };

/** Looks at one window of a counter and takes nothing. A counter that is not there holds nothing, and is not made. */
export function windowInUse(
  ledgers: Ledgers,
  { key, ...shape }: WindowShape & { readonly key: string },
  nowMs: number,
): InUse {
  const ledger = ledgers.windows.get(key);
  const inUse = ledger === undefined ? 0 : used(ledger, shape, nowMs);
  if (ledger === undefined || inUse === 0) return { used: 0 };
  return { used: inUse, freesInMs: waitUntilUsedAtMost(ledger, { ...shape, room: inUse - 1 }, nowMs) };
}

/** Ends a call: calls in flight go down by one, and when it is given back so does what its windows counted. */
export function settleAll(ledgers: Ledgers, taken: readonly Taken[], fate: 'kept' | 'given_back'): void {
  for (const one of taken) {
    if (one.kind === 'concurrent') endRunning(ledgers, one.key);
    else if (fate === 'given_back') {
      const ledger = ledgers.windows.get(one.key);
      if (ledger !== undefined) giveBack(ledger, one);
    }
  }
}

/** What the counter of a demand says, before anything is taken. */
type Look = {
  readonly demand: Demand;
  readonly fits: boolean;
  /** In millionths, or calls; what earlier demands of the call take of the same counter counts. */
  readonly before: number;
  /** Milliseconds, where it does not fit; infinite where no wait helps. */
  readonly waitMs: number;
};

/** What a counter holds, in millionths or calls. */
export type Held = {
  readonly used: number;
  /** Milliseconds until at most `room` is used, if nothing more is taken. Asked of windows alone. */
  readonly waitMs: (room: number) => number;
};

/** Looks at what the counter of one of the demands of a call holds. */
export function lookAt(demands: readonly Demand[], index: number, { used, waitMs }: Held): Look {
  const { ahead, demand, room } = roomFor(demands, index);
  const before = used + ahead;
  if (used <= room) return { demand, fits: true, before, waitMs: 0 };
  if (demand.kind === 'window')
    return { demand, fits: false, before, waitMs: room < 0 ? Number.POSITIVE_INFINITY : waitMs(room) };
  const isNever = demand.max < 1;
  return { demand, fits: false, before, waitMs: isNever ? Number.POSITIVE_INFINITY : RUNNING_RETRY_MS };
}

/** How much its counter may hold for a demand to fit, below 0 where it never does, and what earlier demands of the call take of it. */
export function roomFor(demands: readonly Demand[], index: number): Room {
  const demand = demands[index];
  if (demand === undefined) throw new RangeError(`expected a demand at ${index}, found none`);
  const ahead = amountAhead(demands, index);
  // Subtracting keeps every number below 2^53, where sums of two amounts might not be.
  return { demand, ahead, room: demand.max - amountOf(demand) - ahead };
}

type Room = { readonly demand: Demand; readonly ahead: number; readonly room: number };

function heldBy(ledgers: Ledgers, demand: Demand, nowMs: number): Held {
  if (demand.kind !== 'window') return { used: ledgers.running.get(demand.key) ?? 0, waitMs: () => 0 };
  const ledger = ledgerOf(ledgers, demand.key);
  return {
    used: used(ledger, demand, nowMs),
    waitMs: (room) => waitUntilUsedAtMost(ledger, { ...demand, room }, nowMs),
  };
}

function takeOne(ledgers: Ledgers, demand: Demand, nowMs: number): Taken {
  const { key } = demand;
  if (demand.kind === 'window') {
    return { kind: 'window', key, ...take(ledgerOf(ledgers, key), demand, nowMs) };
  }
  ledgers.running.set(key, (ledgers.running.get(key) ?? 0) + 1);
  return { kind: 'concurrent', key };
}

function endRunning(ledgers: Ledgers, key: string): void {
  const running = ledgers.running.get(key) ?? 0;
  if (running > 1) ledgers.running.set(key, running - 1);
  else ledgers.running.delete(key);
}

function ledgerOf(ledgers: Ledgers, key: string): Ledger {
  const known = ledgers.windows.get(key);
  if (known !== undefined) return known;
  const ledger = openLedger();
  ledgers.windows.set(key, ledger);
  return ledger;
}

function amountAhead(demands: readonly Demand[], index: number): number {
  const key = demands[index]?.key;
  let ahead = 0;
  for (let earlier = 0; earlier < index; earlier += 1) {
    const demand = demands[earlier];
    if (demand !== undefined && demand.key === key) ahead += amountOf(demand);
  }
  return ahead;
}

function amountOf(demand: Demand): number {
  return demand.kind === 'window' ? demand.amount : 1;
}

function usageOf({ demand, before }: Look, taken: number): Usage {
  const unit = demand.kind === 'window' ? MILLIONTHS : 1;
  const { rule, counter } = demand;
  return { rule, counter, before: before / unit, after: (before + taken) / unit, max: demand.max / unit };
}
