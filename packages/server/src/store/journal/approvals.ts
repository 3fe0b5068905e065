import type { Demand } from '@boomgate/engine';
import { type Approval, type ApprovalAsk, take } from '../../approvals/index.ts';
import type { Admission, ApprovalUse, Asked, DescribeAsked } from '../contract.ts';
import type { Work } from '../sql/index.ts';
import type { Desk } from './desk.ts';
import { type AdmitOptions, type Answer, AwaitedEntry, admitted, CallEntry } from './entries.ts';

type AskOptions = {
  readonly ask: ApprovalAsk;
  /** Canonical. */
  readonly args: string;
  readonly describe: DescribeAsked;
};

/** Asks for an approval, or joins one, with the row that says so. */
export class AskEntry extends AwaitedEntry<Asked> {
  readonly meetsPeople = true;
  readonly #options: AskOptions;
  #asked: Asked | undefined;

  constructor(options: AskOptions, answer: Answer<Asked>) {
    super(answer);
    this.#options = options;
  }

  *apply({ approvals, atPoint, clock, log }: Desk, nowMs: number): Work<void> {
    const { args, ask, describe } = this.#options;
    const asked = yield* approvals.prepare(ask, nowMs);
    // The row first: what does not fit the log refuses this entry alone, and must leave nothing behind.
    log.decision(describe(asked));
    if (asked.kind === 'asked') {
      yield* approvals.add(asked.approval, args);
      // Whoever decides in another process goes by this time.
      clock.save();
      atPoint('ask');
    }
    this.#asked = asked;
  }

  committed(): void {
    if (this.#asked) this.answer.resolve(this.#asked);
  }
}

type UseOptions = AdmitOptions & { readonly use: ApprovalUse };

/** Admits a call by an approval, which is used in the same transaction: both or neither. */
export class UseEntry extends CallEntry<Admission | undefined> {
  readonly takes: readonly Demand[];
  readonly meetsPeople = true;
  readonly #options: UseOptions;

  constructor(options: UseOptions, answer: Answer<Admission | undefined>) {
    super(answer);
    this.takes = options.demands;
    this.#options = options;
  }

  *apply(desk: Desk, nowMs: number): Work<void> {
    const { approvals, atPoint } = desk;
    const { id, mayDecide, ...who } = this.#options.use;
    const before = yield* approvals.get(id);
    if (before === undefined) return;
    const roles = yield* approvals.rolesOfVoters(before);
    const after = take(before, {
      ...who,
      nowMs,
      mayDecide: (by, approval) => mayDecide(by, approval, roles.get(by.id)),
    });
    if (after === undefined) return;
    if (after.state === 'withdrawn') {
      yield* approvals.write(before, after);
      return;
    }
    const admission = admitted(desk, this.#options, nowMs);
    if (admission.result.ok) {
      yield* useUp(desk, before, after);
      atPoint('take');
    }
    this.admission = admission;
  }

  committed(desk: Desk): void {
    this.begin(desk);
    this.answer.resolve(this.admission);
  }
}

function* useUp({ approvals }: Desk, before: Approval, after: Approval): Work<void> {
  // In one transaction nobody is quicker; were it otherwise, the whole of it would have to go.
  if (!(yield* approvals.write(before, after)))
    throw new Error('an approval changed while it was being used');
}
