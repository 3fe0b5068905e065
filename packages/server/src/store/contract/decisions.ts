import type { Actor } from './actor.ts';
import type { DecisionRow, OutcomeRow } from './journal.ts';

export interface DecisionLog {
  /** Newest last. `after` is a cursor from an earlier row; `limit` 1–10,000. Looks as far as it takes to find that many. */
  query(filter: LogFilter): Promise<readonly LogEntry[]>;
  /** The same, but looks at a bounded number of rows, and says from where to go on in either direction. */
  page(filter: LogFilter): Promise<Page<LogEntry>>;
  /** What became of requests, by their cursors, at most 1,000 of them; those that are under way are left out. */
  outcomes(cursors: readonly number[]): Promise<ReadonlyMap<number, OutcomeRow>>;
  /**
   * Walks the whole chain of rows and names every row that is changed, missing, moved or put in. Reads only. With a
   * `known` head of an earlier walk, kept elsewhere, it also shows that the log was set back or rewritten as a whole.
   * Heads that audit rows have seen are checked in any case.
   */
  verify(known?: ChainHead): Promise<ChainReport>;
  /**
   * Deletes the oldest rows up to the first that is not older than `beforeMs`, a few at a time between other work, and
   * leaves a sealed checkpoint in their place and an audit row. Stops, with what it has done, when `signal` says so.
   */
  expire(beforeMs: number, options?: ExpireOptions): Promise<Expired>;
}

export type ExpireOptions = { readonly by?: Actor; readonly signal?: AbortSignal };

/** Decisions, or acts, that were deleted; `checkpoint` is absent when there were none. */
export type Expired = {
  readonly rows: number;
  readonly checkpoint?: Checkpoint;
  /** Why rows were kept that are old enough: they, or the checkpoint, are not as the gateway wrote them. */
  readonly fault?: string;
};

/** Number and hash (hex) of a link. */
export type ChainHead = { readonly link: number; readonly hash: string };

/** Where a chain begins because everything before was deleted: the last link that was. */
export type Checkpoint = ChainHead & {
  /** The cursor of the last row that was deleted. */
  readonly cursor: number;
  /** Rows that were deleted so far: decisions, or acts. */
  readonly rows: number;
  /** The newest moment of a row that was deleted. */
  readonly throughMs: number;
  /** When it was, and who did it. */
  readonly atMs: number;
  readonly by: string;
};

/** What the walk along the chain found; sound when there are no findings. */
export type ChainReport = {
  /** Rows that were looked at: decisions and outcomes, or acts. */
  readonly rows: number;
  readonly head: ChainHead;
  readonly findings: readonly ChainFinding[];
  /** What of this log was accepted, as the audit log says, also of rows that were deleted since; oldest first. */
  readonly acceptances: readonly Acceptance[];
  /** From where the chain was walked, when older rows were deleted. */
  readonly checkpoint?: Checkpoint;
};

export type ChainFinding = {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'moved' | 'rewritten' | 'cut_off';
  /** Whole sentence for a person, without a full stop: which row, and what is wrong with it. */
  readonly text: string;
  /** The first link that is concerned. */
  readonly link: number;
  /** The same for the same rows as they are: what is changed again is another finding. */
  readonly print: string;
  /** The link at which rows go on, where one does not follow the row before it. */
  readonly until?: number;
  /** Absent while nobody accepted it. */
  readonly accepted?: Acceptance;
};

/** An operator looked into findings and let them stand. */
export type Acceptance = {
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
  /** How many. */
  readonly findings: number;
  /** The first and the last link that they concern. */
  readonly links: readonly [first: number, last: number];
};

/** Which part of a log: at most one of `after` and `before`; without either the newest `limit` rows that match. */
export type Span = {
  /** The oldest rows with a higher cursor. */
  readonly after?: number;
  /** The newest rows with a lower cursor. */
  readonly before?: number;
  readonly limit: number;
  readonly organization?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Text that must occur, in any case of ASCII letters; at most 256 characters. */
  readonly text?: string;
};

/** Members that are absent let everything through. */
export type LogFilter = Span & {
  readonly id?: string;
  readonly server?: string;
  /** Id or name. */
  readonly grant?: string;
  readonly session?: string;
  readonly policy?: string;
  readonly target?: string;
  readonly method?: string;
  readonly outcome?: string | readonly string[];
  readonly rule?: string;
  readonly mode?: DecisionRow['mode'];
  /** Where it came from. */
  readonly address?: string;
  /** A top-level key that the arguments had. */
  readonly argKey?: string;
  /** What became of the request. */
  readonly status?: OutcomeRow['status'];
  /** Only those that held what looks like a secret, or whose answer did. */
  readonly secrets?: 'seen';
};

/** Entries oldest first, fewer than asked for when none match or enough rows were looked at. */
export type Page<Entry> = {
  readonly entries: readonly Entry[];
  /** For `before`, to see older ones; absent at the beginning of the log. */
  readonly older?: number;
  /** For `after`, to see newer ones, now or once there are some. */
  readonly newer: number;
};

/** `outcomeRow` is absent while the call is under way; when the gateway died before it knew, the next one writes `unknown`. */
export type LogEntry = {
  readonly cursor: number;
  readonly row: DecisionRow;
  readonly outcomeRow?: OutcomeRow;
};
