import type { WindowDemand } from '../decide/decision.ts';
import { calendarSpan } from './calendar.ts';

/** Dropping old cells one by one would move the rest each time; they go in lots of at least this many. */
const DROP_AT_LEAST = 256;
/** A counter is asked about by few windows: those of the policies that share it. Beyond this the shortest goes. */
const VIEWS_MAX = 8;
const MINUTE_MS = 60_000;

/** What a counter admitted at one moment, in millionths. Several reservations of one moment are one cell. */
export type Cell = { readonly atMs: number; readonly amount: number };

/** What the arithmetic must know of a limit. */
export type WindowShape = Pick<WindowDemand, 'reset' | 'windowMs' | 'unit' | 'timeZone'>;

/** How a window lies at one moment: what counts, which cell a reservation goes to, and when a calendar unit ends. */
type Placed = { readonly sinceMs: number; readonly cellMs: number; readonly endMs?: number };

/** For a store that does the counting itself. `cellMs` is the least: never before a cell that is there. */
export function placeWindow(shape: WindowShape, nowMs: number): Placed {
  const place = { sinceMs: sinceMs(shape, nowMs), cellMs: cellTime(shape, nowMs) };
  return shape.reset === 'rolling' ? place : { ...place, endMs: spanOf(shape, nowMs).endMs };
}

/**
 * What one counter admitted, oldest first, and for each window that looks at it a running sum. Changed only by
 * the functions of this file. It keeps what the longest window that was ever asked of it needs.
 */
export type Ledger = {
  readonly times: number[];
  readonly amounts: number[];
  readonly views: View[];
  /** The newest time that was ever passed in: a clock that goes backwards stands still here. */
  newestMs: number;
};

type View = { readonly shape: WindowShape; head: number; sum: number };

/** A ledger that holds the given cells, in any order, or none. Its time starts at the newest of them. */
export function openLedger(cells: Iterable<Cell> = []): Ledger {
  const ledger: Ledger = { times: [], amounts: [], views: [], newestMs: Number.NEGATIVE_INFINITY };
  const sorted = [...cells].sort((one, other) => one.atMs - other.atMs);
  for (const { atMs, amount } of sorted) append(ledger, atMs, amount);
  ledger.newestMs = ledger.times.at(-1) ?? ledger.newestMs;
  return ledger;
}

/** Millionths in use at `nowMs`. */
export function used(ledger: Ledger, shape: WindowShape, nowMs: number): number {
  return advance(ledger, viewOf(ledger, shape), clock(ledger, nowMs)).sum;
}

/** Counts `amount` now, without asking whether there is room. Returns the cell that it went to. */
export function take(ledger: Ledger, demand: WindowShape & { amount: number }, nowMs: number): Cell {
  const now = clock(ledger, nowMs);
  viewOf(ledger, demand);
  for (const view of ledger.views) advance(ledger, view, now);
  dropUnseen(ledger);
  const own = cellTime(demand, now);
  const atMs = Math.max(own, ledger.times.at(-1) ?? own);
  append(ledger, atMs, demand.amount);
  return { atMs, amount: demand.amount };
}

/**
 * Takes back exactly what `take` returned: from its own cell, never from one of another time. Does nothing when
 * that cell is no longer kept, because its window is gone.
 */
export function giveBack(ledger: Ledger, { atMs, amount }: Cell): void {
  const index = indexAt(ledger.times, atMs);
  const held = ledger.amounts[index];
  if (ledger.times[index] !== atMs || held === undefined) return;
  const returned = Math.min(held, amount);
  ledger.amounts[index] = held - returned;
  for (const view of ledger.views) if (view.head <= index) view.sum -= returned;
}

/**
 * A cell holds `amount` from now on, whatever it held: somebody else changed it. One that no window sees any more counts
 * nowhere, so that cells may come in any order.
 */
export function replace(ledger: Ledger, { atMs, amount }: Cell): void {
  const index = indexAt(ledger.times, atMs);
  const isHeld = ledger.times[index] === atMs;
  if (!isHeld && amount === 0) return;
  const more = amount - (isHeld ? (ledger.amounts[index] ?? 0) : 0);
  if (isHeld) ledger.amounts[index] = amount;
  else {
    ledger.times.splice(index, 0, atMs);
    ledger.amounts.splice(index, 0, amount);
  }
  for (const view of ledger.views) {
    if (view.head <= index) view.sum += more;
    else if (!isHeld) view.head += 1;
  }
  ledger.newestMs = Math.max(ledger.newestMs, atMs);
}

/**
 * Milliseconds after `nowMs` until `used` is at most `room`, if nothing more is taken; exact for rolling windows, the end of
 * the unit for calendar ones. At least 1.
 */
export function waitUntilUsedAtMost(ledger: Ledger, demand: WindowShape & { room: number }, nowMs: number) {
  const now = clock(ledger, nowMs);
  if (demand.reset === 'calendar') return spanOf(demand, now).endMs - nowMs;
  const view = advance(ledger, viewOf(ledger, demand), now);
  let left = view.sum;
  let index = view.head;
  while (left > demand.room && index < ledger.times.length) left -= ledger.amounts[index++] ?? 0;
  const freed = ledger.times[index - 1] ?? now;
  return freed + demand.windowMs + 1 - nowMs;
}

function append(ledger: Ledger, atMs: number, amount: number): void {
  if (amount === 0) return;
  const last = ledger.times.length - 1;
  if (ledger.times[last] === atMs) {
    ledger.amounts[last] = (ledger.amounts[last] ?? 0) + amount;
  } else {
    ledger.times.push(atMs);
    ledger.amounts.push(amount);
  }
  for (const view of ledger.views) view.sum += amount;
}

function clock(ledger: Ledger, nowMs: number): number {
  if (nowMs > ledger.newestMs) ledger.newestMs = nowMs;
  return ledger.newestMs;
}

/**
 * Rolling windows keep the millisecond. Calendar windows need no finer than the minute (or second) that each unit
 * starts on: a month is at most 44,640 cells, and a policy that changes the unit finds the counter as it was.
 */
function cellTime(shape: WindowShape, nowMs: number): number {
  if (shape.reset === 'rolling') return nowMs;
  return Math.max(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS, spanOf(shape, nowMs).startMs);
}

function spanOf(shape: WindowShape, nowMs: number) {
  return calendarSpan(nowMs, shape.unit ?? 'month', shape.timeZone);
}

/** The first moment that still counts. A cell that is exactly one rolling window old does. */
function sinceMs(shape: WindowShape, nowMs: number): number {
  return shape.reset === 'rolling' ? nowMs - shape.windowMs : spanOf(shape, nowMs).startMs;
}

function advance(ledger: Ledger, view: View, nowMs: number): View {
  const since = sinceMs(view.shape, nowMs);
  const { times, amounts } = ledger;
  let time = times[view.head];
  while (time !== undefined && time < since) {
    view.sum -= amounts[view.head] ?? 0;
    view.head += 1;
    time = times[view.head];
  }
  return view;
}

function viewOf(ledger: Ledger, shape: WindowShape): View {
  for (const view of ledger.views) if (isSameShape(view.shape, shape)) return view;
  const { reset, windowMs, unit, timeZone } = shape;
  const own = { reset, windowMs, timeZone, ...(unit === undefined ? {} : { unit }) };
  const view = { shape: own, head: 0, sum: ledger.amounts.reduce((sum, amount) => sum + amount, 0) };
  ledger.views.push(view);
  ledger.views.sort((one, other) => other.shape.windowMs - one.shape.windowMs);
  if (ledger.views.length > VIEWS_MAX) ledger.views.splice(ledger.views.at(-1) === view ? -2 : -1, 1);
  return view;
}

function isSameShape(one: WindowShape, other: WindowShape): boolean {
  if (one.reset !== other.reset) return false;
  if (one.reset === 'rolling') return one.windowMs === other.windowMs;
  return one.unit === other.unit && one.timeZone === other.timeZone;
}

function dropUnseen(ledger: Ledger): void {
  if (ledger.views.length === 0) return;
  let unseen = ledger.times.length;
  for (const view of ledger.views) unseen = Math.min(unseen, view.head);
  if (unseen < DROP_AT_LEAST || unseen * 2 < ledger.times.length) return;
  ledger.times.splice(0, unseen);
  ledger.amounts.splice(0, unseen);
  for (const view of ledger.views) view.head -= unseen;
}

/** Index of the first time that is not below `atMs`. */
function indexAt(times: readonly number[], atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
