import type { Clock } from '../../limits/index.ts';
import type { AuditWriter } from './audit/writer.ts';
import type { Database } from './driver.ts';

/** What the two logs are read and shortened with. */
export type LogOptions = {
  readonly database: Database;
  readonly file: string;
  readonly clock: Clock;
  readonly sealKey: () => Buffer;
  readonly audit: AuditWriter;
  /** Forgets which numbers callers have, before those that nobody refers to are deleted. Only the gateway's own store has it. */
  readonly forgetCallers?: () => void;
};
