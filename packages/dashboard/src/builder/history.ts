/** Steps back that are kept; a text may be as large as a document. */
export const HISTORY_MAX = 200;

/** The texts that there were, oldest first, and those that were taken back, next first. */
type History = {
  readonly past: readonly string[];
  readonly present: string;
  readonly future: readonly string[];
  /** What was being typed into: further changes of the same are one step. */
  readonly merging?: string;
};

export function beginHistory(present: string): History {
  return { past: [], present, future: [] };
}

/** A change, as a step of its own unless it goes on with the last one of the same `merge`. */
export function record(history: History, present: string, merge?: string): History {
  if (present === history.present) return history;
  const isSameStep = merge !== undefined && merge === history.merging;
  const past = isSameStep ? history.past : [...history.past, history.present].slice(-HISTORY_MAX);
  return { past, present, future: [], ...(merge === undefined ? {} : { merging: merge }) };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}
