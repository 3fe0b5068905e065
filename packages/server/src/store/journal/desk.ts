import type { Role } from '@boomgate/contract';
import type { Approval, ApprovalAsk } from '../../approvals/index.ts';
import type { AtCallPoint } from '../../limits/index.ts';
import type { Asked, DecisionRow, OutcomeRow } from '../contract.ts';
import type { Work } from '../sql/index.ts';
import type { OpenAdmission } from './admission.ts';
import type { EntryCounters } from './counters.ts';

/** Writes the rows of the log into the group's transaction. Throws when a row does not fit the log. */
export interface LogWriter {
  /** Returns the cursor of the new row. */
  decision(row: DecisionRow): number;
  outcome(cursor: number, row: OutcomeRow): void;
}

/** What the entries of a group write with. */
export type Desk = {
  readonly counters: EntryCounters;
  readonly log: LogWriter;
  readonly approvals: ApprovalDesk;
  /** The time that limits go by, in whole milliseconds since the epoch; `save` writes it into the transaction. */
  readonly clock: { now(): number; save(): void };
  /** Told which calls are under way, where others may have to answer for them. */
  readonly calls?: CallsUnderWay;
  readonly warn: (text: string) => void;
  readonly atPoint: AtCallPoint;
  /** True of an error that puts the whole transaction in doubt, not one entry of it. */
  readonly isStorageFailure: (error: unknown) => boolean;
};

/** Admissions of calls that are forwarded, until their outcomes are durable. */
export interface CallsUnderWay {
  opened(admission: OpenAdmission): void;
  closed(admission: OpenAdmission): void;
}

/** The approvals as the journal needs them, within the group's transaction. */
interface ApprovalDesk {
  get(id: string): Work<Approval | undefined>;
  /** Which role each person who voted has now, by their id. */
  rolesOfVoters(approval: Approval): Work<ReadonlyMap<string, Role>>;
  /** What asking would come to; writes nothing. */
  prepare(ask: ApprovalAsk, nowMs: number): Work<Asked>;
  /** Writes an approval that was asked for, with its canonical arguments. */
  add(approval: Approval, args: string): Work<void>;
  /** Replaces an approval by what became of it; false when somebody else was quicker. */
  write(before: Approval, after: Approval): Work<boolean>;
}
