import type { AtCallPoint, Clock } from '../limits/index.ts';
import type { WrittenGroup } from './journal/index.ts';

/** What a store is opened with, wherever it is. */
export type StoreOptions = {
  /**
   * A gateway, which is meant where nothing is said, admits calls: of a folder there is one. The command line reads, or changes beside it
   * grants, approvals and the like; a reader makes and changes nothing.
   */
  readonly as?: 'gateway' | 'writer' | 'reader';
  /** Of a writer: makes no folder, database or keys, and rejects where a reader does. */
  readonly mustExist?: boolean;
  readonly clock: Clock;
  /** 32 bytes in base64. Of a folder it seals the file of keys, where that is wanted; a database is not opened without. */
  readonly masterKey?: string | undefined;
  /** In place of a warning of the process. */
  readonly onWarning?: (text: string) => void;
  /** Told when a call passes one of the journal's points: all but `forward`. */
  readonly atPoint?: AtCallPoint;
  /** Told of every transaction of the journal. */
  readonly onGroup?: (group: WrittenGroup) => void;
};

export const warnOfProcess = (text: string): void => process.emitWarning(text);
