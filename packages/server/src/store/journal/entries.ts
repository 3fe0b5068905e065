import type { Demand, Taken } from '@boomgate/engine';
import {
  type Admission,
  type DecisionRow,
  type DescribeCall,
  NOT_SENT,
  type OutcomeRow,
  type StoreError,
} from '../contract.ts';
import type { Work } from '../sql/index.ts';
import { OpenAdmission } from './admission.ts';
import type { Desk } from './desk.ts';

/** One thing that waits for the journal's next commit. */
export interface Entry {
  /** What `apply` looks at or changes beside what it takes. */
  readonly counters?: readonly Counted[];
  /** What `apply` takes of counters, if nothing else is in its way: for a store that counts before the transaction. */
  readonly takes?: readonly Demand[];
  /** As before, what it gives back, and which calls are in flight no more. */
  returns?(): readonly Taken[];
  /** True when `apply` writes what people change too. */
  readonly meetsPeople?: true;
  /** True of one that writes nothing new: that it could be written says nothing of others. */
  readonly addsNothing?: true;
  /**
   * Runs inside the transaction; the work that it may return is done there before the next entry's turn. What either throws of its
   * own refuses this entry alone.
   */
  apply(desk: Desk, nowMs: number): Work<void> | undefined;
  committed(desk: Desk): void;
  refuse(error: unknown): void;
  /** Undoes what `apply` did in memory, apart from window counters: it is applied once more. */
  unapply?(desk: Desk): void;
  /** As `unapply`, at the end of a group that could not be written. `again` when it must be written with the next group. */
  rolledBack(desk: Desk, error: StoreError): 'again' | 'refused';
  /** After `rolledBack`: nobody knew whether the group was written, and it was. What is left to do, if anything is. */
  foundWritten?(desk: Desk): Entry | undefined;
}

export type Answer<Value> = { resolve(value: Value): void; reject(error: unknown): void };

/** A counter of a demand, or of what was taken. */
export type Counted = Pick<Taken, 'kind' | 'key'>;

/** The call is over whether or not that can be written, so its place is free from now on. */
function endRunning({ counters }: Desk, admission: OpenAdmission): void {
  if (admission.isRunning && !admission.isLost) counters.endRunning(admission.taken);
  admission.isRunning = false;
}

/** Gives back what a call took of which nobody was told that it is admitted. */
function giveBackUnsent(desk: Desk, admission: OpenAdmission | undefined): Entry | undefined {
  if (admission === undefined || !(admission.isForwarded || admission.result.ok)) return undefined;
  desk.calls?.opened(admission);
  return new SettleEntry(admission, 'given_back', NOT_SENT);
}

/** Takes all demands or none, and writes the row; when the row does not fit, nothing is taken. */
export function admitted(
  { atPoint, counters, log }: Desk,
  { demands, describe }: AdmitOptions,
  nowMs: number,
): OpenAdmission {
  const { result, taken } = counters.reserve(demands, nowMs);
  atPoint('reserve');
  try {
    const row = describe(result);
    return new OpenAdmission(row, result, { cursor: log.decision(row), taken });
  } catch (error) {
    counters.withdraw(taken);
    throw error;
  }
}

export type AdmitOptions = { readonly demands: readonly Demand[]; readonly describe: DescribeCall };

/** One that somebody waits for: a failure is theirs to know. */
export abstract class AwaitedEntry<Value> implements Entry {
  protected readonly answer: Answer<Value>;

  constructor(answer: Answer<Value>) {
    this.answer = answer;
  }

  abstract apply(desk: Desk, nowMs: number): Work<void> | undefined;

  abstract committed(desk: Desk): void;

  refuse(error: unknown): void {
    this.answer.reject(error);
  }

  rolledBack(_desk: Desk, error: StoreError): 'refused' {
    this.answer.reject(error);
    return 'refused';
  }
}

/** Somebody waits until it is done, and for nothing more. */
export abstract class TaskEntry extends AwaitedEntry<void> {
  committed(): void {
    this.answer.resolve();
  }
}

/** Somebody waits to hear whether a call is admitted. */
export abstract class CallEntry<Value> extends AwaitedEntry<Value> {
  /** What `apply` came to. */
  protected admission: OpenAdmission | undefined;

  unapply(desk: Desk): void {
    if (this.admission) endRunning(desk, this.admission);
    this.admission = undefined;
  }

  override rolledBack(desk: Desk, error: StoreError): 'refused' {
    if (this.admission) endRunning(desk, this.admission);
    return super.rolledBack(desk, error);
  }

  foundWritten(desk: Desk): Entry | undefined {
    return giveBackUnsent(desk, this.admission);
  }

  /** What it intends is durable, and it is under way from now on. */
  protected begin({ atPoint, calls }: Desk): void {
    atPoint('intent');
    if (this.admission?.isForwarded) calls?.opened(this.admission);
  }
}

export class AdmitEntry extends CallEntry<Admission> {
  readonly takes: readonly Demand[];
  readonly #options: AdmitOptions;

  constructor(options: AdmitOptions, answer: Answer<Admission>) {
    super(answer);
    this.takes = options.demands;
    this.#options = options;
  }

  apply(desk: Desk, nowMs: number): undefined {
    this.admission = admitted(desk, this.#options, nowMs);
  }

  committed(desk: Desk): void {
    this.begin(desk);
    if (this.admission) this.answer.resolve(this.admission);
  }
}

export class RecordEntry extends TaskEntry {
  readonly #row: DecisionRow;

  constructor(row: DecisionRow, answer: Answer<void>) {
    super(answer);
    this.#row = row;
  }

  apply({ log }: Desk): undefined {
    log.decision(this.#row);
  }
}

export class SettleEntry implements Entry {
  readonly counters: readonly Taken[];
  readonly #admission: OpenAdmission;
  readonly #fate: 'kept' | 'given_back';
  readonly #outcome: OutcomeRow;
  #isWritten = false;

  constructor(admission: OpenAdmission, fate: 'kept' | 'given_back', outcome: OutcomeRow) {
    this.counters = fate === 'kept' ? [] : admission.taken;
    this.#admission = admission;
    this.#fate = fate;
    this.#outcome = outcome;
  }

  returns(): readonly Taken[] {
    const { isLost, isRunning, taken } = this.#admission;
    if (isLost || this.#isWritten) return [];
    return taken.filter(({ kind }) => (kind === 'window' ? this.#fate === 'given_back' : isRunning));
  }

  apply(desk: Desk, nowMs: number): undefined {
    const { cursor, id, isLost, taken } = this.#admission;
    if (isLost || this.#isWritten) return;
    endRunning(desk, this.#admission);
    if (this.#fate === 'given_back') desk.counters.giveBack(taken, nowMs);
    desk.atPoint('settle');
    try {
      desk.log.outcome(cursor, this.#outcome);
    } catch (error) {
      if (desk.isStorageFailure(error)) throw error;
      desk.warn(`the outcome of decision ${id} does not fit the log and was left out: ${String(error)}`);
    }
  }

  committed({ atPoint, calls }: Desk): void {
    // Nobody waits for an outcome.
    calls?.closed(this.#admission);
    atPoint('outcome');
  }

  refuse(): void {
    // A fault of its own is dealt with in `apply`.
  }

  rolledBack(desk: Desk): 'again' {
    endRunning(desk, this.#admission);
    return 'again';
  }

  foundWritten({ calls }: Desk): undefined {
    this.#isWritten = true;
    calls?.closed(this.#admission);
  }
}

/** Answers when everything queued before it is durable. */
export class FlushEntry extends TaskEntry {
  readonly addsNothing = true;
  apply(): undefined {
    // It only marks a place in the queue.
  }
}
