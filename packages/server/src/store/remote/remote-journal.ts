import type { Demand, ReserveResult } from '@boomgate/engine';
import type { Approval, ApprovalAsk } from '../../approvals/index.ts';
import { type Clock, STALE_MS } from '../../limits/index.ts';
import { type Admission, type CallJournal, type DescribeCall, NOT_SENT, StoreError } from '../contract.ts';
import type { StoreAsks } from './asks.ts';
import type { Asks, Line } from './line.ts';
import { within } from './within.ts';

export type StoreLine = Pick<Line<StoreAsks, Asks>, 'ask' | 'tell'>;

/** An admission whose reservation is held in the other process. */
class RemoteAdmission implements Admission {
  readonly id: string;
  readonly result: ReserveResult;
  isSettled = false;

  constructor(id: string, result: ReserveResult) {
    this.id = id;
    this.result = result;
  }
}

/** What limits have answered that let a call through, for the row that is described before. */
const GRANTED: ReserveResult = { ok: true, usage: [] };

/**
 * The journal of another process. A call that its limits let through costs one way there and back: its row travels with its demands, and
 * the other end puts the usage in. The row of a refused one follows once it is known which limit refused.
 */
export class RemoteJournal implements CallJournal {
  readonly #line: StoreLine;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #patienceMs: number;

  constructor(line: StoreLine, clock: Pick<Clock, 'monotonicMs'>, patienceMs: number) {
    this.#line = line;
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  async admit(...[demands, describe]: Parameters<CallJournal['admit']>): Promise<Admission> {
    const row = describe(GRANTED);
    return this.#inTime(async () =>
      this.#admission(row.id, await this.#line.ask('admit', { demands, row }), describe),
    );
  }

  /** Whether who approved may still decide is found out where the approval is used. */
  async admitApproved(
    ...[{ id, session }, demands, describe]: Parameters<CallJournal['admitApproved']>
  ): Promise<Admission | undefined> {
    const row = describe(GRANTED);
    return this.#inTime(async () => {
      const result = await this.#line.ask('admitApproved', { id, session, demands, row });
      return result === null ? undefined : this.#admission(row.id, result, describe);
    });
  }

  async ask(...[ask, args, describe]: Parameters<CallJournal['ask']>): ReturnType<CallJournal['ask']> {
    const asked = describe({ kind: 'asked', approval: unasked(ask) });
    const full = describe({ kind: 'full' });
    return within(this.#line.ask('askApproval', { ask, args, asked, full }), this.#patienceMs);
  }

  peek(demands: readonly Demand[]): Promise<ReserveResult> {
    return within(this.#line.ask('peek', demands), this.#patienceMs);
  }

  async record(...[row]: Parameters<CallJournal['record']>): Promise<void> {
    await within(this.#line.ask('record', row), this.#patienceMs);
  }

  settle(...[admission, fate, outcome]: Parameters<CallJournal['settle']>): void {
    if (!(admission instanceof RemoteAdmission))
      throw new TypeError('expected an admission of this journal, found another object');
    if (admission.isSettled) return;
    admission.isSettled = true;
    this.#line.tell('settle', { id: admission.id, fate, outcome });
  }

  async flush(): Promise<void> {
    await this.#line.ask('flush', null);
  }

  /** This process may have stood still, or the other one, and the call was judged before: it is taken back then, and not sent. */
  async #inTime<Taken extends Admission | undefined>(take: () => Promise<Taken>): Promise<Taken> {
    const askedMs = this.#clock.monotonicMs();
    let isGivenUp = false;
    const taking = take().then((admission) => {
      const isLate = isGivenUp || this.#clock.monotonicMs() - askedMs >= STALE_MS;
      if (admission === undefined || !isLate) return admission;
      this.settle(admission, 'given_back', NOT_SENT);
      throw new StoreError('unavailable', 'this part of the gateway stood still for too long: try again');
    });
    try {
      return await within(taking, this.#patienceMs);
    } finally {
      isGivenUp = true;
    }
  }

  async #admission(id: string, result: ReserveResult, describe: DescribeCall): Promise<Admission> {
    if (result.ok) return new RemoteAdmission(id, result);
    const row = describe(result);
    // One that is sent all the same, as in observe mode, has an outcome that belongs to its row.
    if (row.forwarded) await this.#line.ask('admit', { demands: [], row });
    else await this.#line.ask('record', row);
    return new RemoteAdmission(row.id, result);
  }
}

/** Stands for the approval until it is known which it is; the other end puts its id in. */
function unasked(ask: ApprovalAsk): Approval {
  return { ...ask, id: '', state: 'waiting', askedAtMs: 0, expiresAtMs: 0, votes: [] };
}
