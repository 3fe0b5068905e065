/**
 * The journal of calls, whatever database keeps it: what is queued and in which groups it is written, what each entry does in the
 * transaction of its group, and counters as memory over stored cells. Knows no driver and no SQL; a backend writes one group.
 */
export { OpenAdmission } from './admission.ts';
export { Callers } from './callers.ts';
export { CLOSED_JOURNAL } from './closed.ts';
export {
  type CellChange,
  Counters,
  type EntryCounters,
  keptFor,
  retentionOf,
  type StoredCell,
  type UsageCells,
} from './counters.ts';
export type { CallsUnderWay, Desk, LogWriter } from './desk.ts';
export { type Answer, type Counted, type Entry, TaskEntry } from './entries.ts';
export { LedgerClock, type SavedTime } from './ledger-clock.ts';
export { type GroupResult, type JournalBackend, QueuedJournal, type WrittenGroup } from './queued.ts';
