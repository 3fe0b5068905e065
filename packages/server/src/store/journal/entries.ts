import type { Demand, ReserveResult, Taken } from '@boomgate/engine';
import type { Admission, DecisionRow, OutcomeRow, StoreError } from '../contract.ts';
import type { Work } from '../sql/index.ts';
import type { Desk } from './desk.ts';

/** One thing that waits for the journal's next commit. */
export interface Entry {
  /**
   * Runs inside the transaction; the work that it may return is done there before the next entry's turn. What either throws of its
   * own refuses this entry alone.
   */
  apply(desk: Desk, nowMs: number): Work<void> | undefined;
  committed(desk: Desk): void;
  refuse(error: unknown): void;
  /** Undoes what `apply` did in memory, apart from window counters. `again` when it must be written with the next group. */
  rolledBack(desk: Desk, error: StoreError): 'again' | 'refused';
}

export type Answer<Value> = { resolve(value: Value): void; reject(error: unknown): void };

/** An admission of this process, with what is needed to settle it. */
export class OpenAdmission implements Admission {
  readonly id: string;
  readonly result: ReserveResult;
  readonly cursor: number;
  readonly taken: readonly Taken[];
  isSettled = false;

  constructor(row: DecisionRow, result: ReserveResult, held: Pick<OpenAdmission, 'cursor' | 'taken'>) {
    this.id = row.id;
    this.result = result;
    this.cursor = held.cursor;
    this.taken = held.taken;
  }
}

export class AdmitEntry implements Entry {
  readonly #demands: readonly Demand[];
  readonly #describe: (result: ReserveResult) => DecisionRow;
  readonly #answer: Answer<Admission>;
  #admission: OpenAdmission | undefined;

  constructor(
    demands: readonly Demand[],
    describe: (result: ReserveResult) => DecisionRow,
    answer: Answer<Admission>,
  ) {
    this.#demands = demands;
    this.#describe = describe;
    this.#answer = answer;
  }

  apply({ atPoint, counters, log }: Desk, nowMs: number): undefined {
    const { result, taken } = counters.reserve(this.#demands, nowMs);
    atPoint('reserve');
    try {
      const row = this.#describe(result);
      this.#admission = new OpenAdmission(row, result, { cursor: log.decision(row), taken });
    } catch (error) {
      counters.withdraw(taken);
      throw error;
    }
  }

  committed({ atPoint }: Desk): void {
    atPoint('intent');
    if (this.#admission) this.#answer.resolve(this.#admission);
  }

  refuse(error: unknown): void {
    this.#answer.reject(error);
  }

  rolledBack({ counters }: Desk, error: StoreError): 'refused' {
    if (this.#admission) counters.endRunning(this.#admission.taken);
    this.#answer.reject(error);
    return 'refused';
  }
}

export class RecordEntry implements Entry {
  readonly #row: DecisionRow;
  readonly #answer: Answer<void>;

  constructor(row: DecisionRow, answer: Answer<void>) {
    this.#row = row;
    this.#answer = answer;
  }

  apply({ log }: Desk): undefined {
    log.decision(this.#row);
  }

  committed(): void {
    this.#answer.resolve();
  }

  refuse(error: unknown): void {
    this.#answer.reject(error);
  }

  rolledBack(_desk: Desk, error: StoreError): 'refused' {
    this.#answer.reject(error);
    return 'refused';
  }
}

export class SettleEntry implements Entry {
  readonly #admission: OpenAdmission;
  readonly #fate: 'kept' | 'given_back';
  readonly #outcome: OutcomeRow;
  #isRunning = true;

  constructor(admission: OpenAdmission, fate: 'kept' | 'given_back', outcome: OutcomeRow) {
    this.#admission = admission;
    this.#fate = fate;
    this.#outcome = outcome;
  }

  apply(desk: Desk, nowMs: number): undefined {
    const { taken, cursor, id } = this.#admission;
    this.#endRunning(desk);
    if (this.#fate === 'given_back') desk.counters.giveBack(taken, nowMs);
    desk.atPoint('settle');
    try {
      desk.log.outcome(cursor, this.#outcome);
    } catch (error) {
      if (desk.isStorageFailure(error)) throw error;
      desk.warn(`the outcome of decision ${id} does not fit the log and was left out: ${String(error)}`);
    }
  }

  committed({ atPoint }: Desk): void {
    // Nobody waits for an outcome.
    atPoint('outcome');
  }

  refuse(): void {
    // A fault of its own is dealt with in `apply`.
  }

  rolledBack(desk: Desk): 'again' {
    this.#endRunning(desk);
    return 'again';
  }

  /** The call is over whether or not that can be written, so its place is free from now on. */
  #endRunning({ counters }: Desk): void {
    if (this.#isRunning) counters.endRunning(this.#admission.taken);
    this.#isRunning = false;
  }
}

/** Answers when everything queued before it is durable. */
export class FlushEntry implements Entry {
  readonly #answer: Answer<void>;

  constructor(answer: Answer<void>) {
    this.#answer = answer;
  }

  apply(): undefined {
    // It only marks a place in the queue.
  }

  committed(): void {
    this.#answer.resolve();
  }

  refuse(error: unknown): void {
    this.#answer.reject(error);
  }

  rolledBack(_desk: Desk, error: StoreError): 'refused' {
    this.#answer.reject(error);
    return 'refused';
  }
}
