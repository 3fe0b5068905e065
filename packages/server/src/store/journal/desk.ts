import type { Approval, ApprovalAsk } from '../../approvals/index.ts';
import type { AtCallPoint } from '../../limits/index.ts';
import type { Asked, DecisionRow, OutcomeRow } from '../contract.ts';
import type { Work } from '../sql/index.ts';
import type { Counters } from './counters.ts';

/** Writes the rows of the log into the group's transaction. Throws when a row does not fit the log. */
export interface LogWriter {
  /** Returns the cursor of the new row. */
  decision(row: DecisionRow): number;
  outcome(cursor: number, row: OutcomeRow): void;
}

/** What the entries of a group write with. */
export type Desk = {
  readonly counters: Counters;
  readonly log: LogWriter;
  readonly approvals: ApprovalDesk;
  /** The time that limits go by, in whole milliseconds since the epoch; `save` writes it into the transaction. */
  readonly clock: { now(): number; save(): void };
  readonly warn: (text: string) => void;
  readonly atPoint: AtCallPoint;
  /** True of an error that puts the whole transaction in doubt, not one entry of it. */
  readonly isStorageFailure: (error: unknown) => boolean;
};

/** The approvals as the journal needs them, within the group's transaction. */
export interface ApprovalDesk {
  get(id: string): Work<Approval | undefined>;
  /** What asking would come to; writes nothing. */
  prepare(ask: ApprovalAsk, nowMs: number): Work<Asked>;
  /** Writes an approval that was asked for, with its canonical arguments. */
  add(approval: Approval, args: string): Work<void>;
  /** Replaces an approval by what became of it; false when somebody else was quicker. */
  write(before: Approval, after: Approval): Work<boolean>;
}
