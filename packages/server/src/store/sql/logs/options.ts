import type { SqlRoom } from '../room.ts';
import type { Work } from '../work.ts';

/** What the two logs are read and shortened with. */
export type LogOptions = {
  readonly room: SqlRoom;
  readonly sealKey: () => Buffer;
  /** Runs deletions so that nothing of what is deleted stays in a file until the space is needed. */
  readonly erasing: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /**
   * Those of these callers whose numbers no gateway will write again. Absent: this process is no gateway, and deletes no decisions.
   */
  readonly forgotten?: (callers: readonly number[]) => Work<readonly number[]>;
};
