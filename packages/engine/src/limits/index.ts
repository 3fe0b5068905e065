/**
 * The arithmetic of limits (policy language §5): amounts, windows, counters, reservations.
 * Pure: time comes in as a number; nothing is stored, logged or awaited. It knows demands, not policies.
 * A store keeps `Ledgers` in memory, writes the cells of `taken` before it answers, and restores them at start.
 */
export { fromMicros, toMicros } from './amount.ts';
export { calendarSpan, type Span } from './calendar.ts';
export { type Cell, type Placed, placeWindow, type WindowShape } from './ledger.ts';
export {
  answerOf,
  type Forgotten,
  forgetPassed,
  type Held,
  type InUse,
  type Ledgers,
  type Look,
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
export { isTimeZone, toLocalMs } from './zone.ts';
