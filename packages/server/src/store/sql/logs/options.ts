import type { ChainHead, ChainReport } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';

/** What the two logs are read and shortened with. */
export type LogOptions = {
  readonly executor: SqlExecutor;
  readonly sealKey: () => Buffer;
  /** Where a long decision log is checked without holding up others: its report, or undefined where it is short. */
  readonly verifyLong?: (known: ChainHead | undefined) => Promise<ChainReport | undefined>;
  /** Runs deletions so that nothing of what is deleted stays in a file until the space is needed. */
  readonly erasing: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /**
   * Callers whose numbers no gateway will write again, among them what it can of those that were `seen` in deleted decisions. Absent:
   * this process is no gateway, and deletes no decisions.
   */
  readonly forgotten?: (seen: ReadonlySet<number>) => Promise<Iterable<number>>;
};
