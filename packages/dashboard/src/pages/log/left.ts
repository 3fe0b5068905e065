import { queryClient } from '../../app/query.ts';
import type { LogRows } from './rows.ts';

/** What a list of the log begins with. */
export type Beginning = {
  readonly rows: LogRows;
  /** Where its next page begins; undefined at the beginning of the log. */
  readonly next: string | undefined;
  /** The cursor behind which what is new is told. */
  readonly newest: number;
};

/** A list of the log that somebody left, for when they come back to it. */
type LeftLog = Beginning & {
  /** Position in the history of the browser. */
  readonly entry: number;
  /** What was looked for. */
  readonly text: string;
  /** Index of the first row that was seen. */
  readonly first: number;
};

// Beside what was read: it goes with it when somebody else signs in.
const KEY = ['log that was left'];
queryClient.setQueryDefaults(KEY, { gcTime: Number.POSITIVE_INFINITY });

/** Remembers the last one. Its rows are let go, so that they are read anew when they are seen again. */
export function leaveLog(left: Omit<LeftLog, 'newest'>): void {
  const newest = left.rows.rest();
  if (newest !== undefined) queryClient.setQueryData<LeftLog>(KEY, { ...left, newest });
}

/** The one that was left at this entry with the same search. */
export function leftLog({ entry, text }: Pick<LeftLog, 'entry' | 'text'>): LeftLog | undefined {
  const left = queryClient.getQueryData<LeftLog>(KEY);
  return left?.entry === entry && left.text === text ? left : undefined;
}

export function forgetLeft(): void {
  queryClient.removeQueries({ queryKey: KEY });
}
