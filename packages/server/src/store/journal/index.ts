/**
 * The journal of calls, whatever database keeps it: what is queued and in which groups it is written, what each entry does in the
 * transaction of its group, and counters as memory over stored cells. Knows no driver and no SQL; a backend writes one group.
 */
export { type CellChange, Counters, type StoredCell, type UsageCells } from './counters.ts';
export type { ApprovalDesk, Desk, LogWriter } from './desk.ts';
export { type Entry, OpenAdmission } from './entries.ts';
export { type GroupResult, type JournalBackend, QueuedJournal, type WrittenGroup } from './queued.ts';
