import type { SqlExecutor } from '../executor.ts';

/** What the two logs are read and shortened with. */
export type LogOptions = {
  readonly executor: SqlExecutor;
  readonly sealKey: () => Buffer;
  /** Runs deletions so that nothing of what is deleted stays in a file until the space is needed. */
  readonly erasing: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /**
   * Callers whose numbers no gateway will write again, among them what it can of those that were `seen` in deleted decisions. Absent:
   * this process is no gateway, and deletes no decisions.
   */
  readonly forgotten?: (seen: ReadonlySet<number>) => Promise<Iterable<number>>;
};
