/**
 * The arithmetic of limits (policy language §5): amounts, windows, counters, reservations.
 * Pure: time comes in as a number; nothing is stored, logged or awaited. It knows demands, not policies.
 * A store keeps `Ledgers` in memory, writes the cells of `taken` before it answers, and restores them at start.
 */
export { fromMicros, toMicros } from './amount.ts';
export { calendarSpan } from './calendar.ts';
export { type Cell, placeWindow, type WindowShape } from './ledger.ts';
export {
  answerOf,
  type Held,
  type InUse,
  type Ledgers,
  lookAt,
  mergeCells,
  openLedgers,
  peekAll,
  type Reservation,
  reserveAll,
  restore,
  roomFor,
  settleAll,
  type Taken,
  windowInUse,
} from './reserve.ts';
export { toLocalMs } from './zone.ts';
