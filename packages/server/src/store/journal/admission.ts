import type { ReserveResult, Taken } from '@boomgate/engine';
import type { Admission, DecisionRow } from '../contract.ts';

/** An admission of this process, with what is needed to settle it. */
export class OpenAdmission implements Admission {
  readonly id: string;
  readonly result: ReserveResult;
  readonly cursor: number;
  readonly taken: readonly Taken[];
  readonly isForwarded: boolean;
  isSettled = false;
  /** Whether it counts among the calls in flight. */
  isRunning = true;
  /** Others took this process for dead: they freed what the call held, and wrote what became of it. */
  isLost = false;

  constructor(row: DecisionRow, result: ReserveResult, held: Pick<OpenAdmission, 'cursor' | 'taken'>) {
    this.id = row.id;
    this.isForwarded = row.forwarded;
    this.result = result;
    this.cursor = held.cursor;
    this.taken = held.taken;
  }
}
