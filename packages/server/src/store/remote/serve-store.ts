import type { Demand, ReserveResult } from '@boomgate/engine';
import {
  type Admission,
  type DecisionRow,
  type DescribeCall,
  type MayDecide,
  type OutcomeRow,
  type Store,
  StoreError,
  UNKNOWN,
} from '../contract.ts';
import type { StoreAsks } from './asks.ts';
import type { Answers } from './line.ts';

export type ServeOptions = {
  readonly store: Pick<Store, 'journal' | 'grants' | 'sessions' | 'approvals'>;
  readonly mayDecide: MayDecide;
  /** False while the other process may not know what is in force: then it lets nothing through, and records no answer. */
  readonly isCurrent: () => boolean;
  /** Looks first at what others changed where this process stood still: undefined when there is no need. */
  readonly catchUp?: () => Promise<void> | undefined;
  /** Told of a session that ended, after that is kept. */
  readonly onEndedSession: (id: string, forgetAtMs: number) => Promise<void>;
};

/** What one process of the data plane is answered, and what becomes of its calls when it is gone. */
type ServedStore = {
  readonly answers: Answers<StoreAsks>;
  /** It died: nobody will ever know what became of the calls that it had under way. */
  readonly lost: () => void;
};

export function serveStore(options: ServeOptions): ServedStore {
  const { approvals, grants, journal, sessions } = options.store;
  const open = new OpenCalls(options);
  return {
    answers: {
      admit: ({ demands, row }) =>
        open.admitted(row, (describe) => journal.admit(demands, describe)).then(expected),
      admitApproved: ({ demands, id, row, session }) => {
        const use = { id, session, mayDecide: options.mayDecide };
        return open.admitted(row, (describe) => journal.admitApproved(use, demands, describe));
      },
      askApproval: ({ args, ask, asked, full }) =>
        journal.ask(ask, args, (made) =>
          made.kind === 'full' ? full : { ...asked, approval: made.approval.id },
        ),
      peek: (demands: readonly Demand[]) => journal.peek(demands),
      record: (row) => {
        requireCurrent(options);
        return journal.record(row).then(nothing);
      },
      settle: ({ fate, id, outcome }) => open.settle(id, fate, outcome),
      flush: () => journal.flush().then(nothing),
      refreshGrants: () => grants.refresh().then(nothing),
      findApproval: ({ binding, session }) => approvals.find(binding, session).then(orNull),
      getApproval: (id) => approvals.get(id).then(orNull),
      withdrawApproval: ({ because, id }) => approvals.withdraw(id, because).then(nothing),
      endSession: async ({ forgetAtMs, id }) => {
        await sessions.end(id, forgetAtMs);
        await options.onEndedSession(id, forgetAtMs);
        return null;
      },
    },
    lost: () => open.lose(),
  };
}

function requireCurrent({ isCurrent }: Pick<ServeOptions, 'isCurrent'>): void {
  if (!isCurrent())
    throw new StoreError('unavailable', 'this part of the gateway does not know what is in force: try again');
}

const nothing = (_: unknown): null => null;

function expected(result: ReserveResult | null): ReserveResult {
  if (result === null) throw new Error('a call that needs no approval was not answered');
  return result;
}

/** Leaves a transaction whose limits refuse without a row: it is written once the other end has worded it. */
class Refused extends Error {
  readonly result: ReserveResult;

  constructor(result: ReserveResult) {
    super('a limit refuses the call');
    this.result = result;
  }
}

type Commit = (describe: DescribeCall) => Promise<Admission | undefined>;

/** The calls of one process that are under way, by the ids of their rows. */
class OpenCalls {
  readonly #options: Pick<ServeOptions, 'store' | 'isCurrent' | 'catchUp'>;
  readonly #open = new Map<string, Admission>();
  #isLost = false;

  constructor(options: Pick<ServeOptions, 'store' | 'isCurrent' | 'catchUp'>) {
    this.#options = options;
  }

  /** Null when the approval lets no call through. */
  async admitted(row: DecisionRow, commit: Commit): Promise<ReserveResult | null> {
    const behind = this.#options.catchUp?.();
    if (behind !== undefined) await behind;
    requireCurrent({ isCurrent: () => !this.#isLost && this.#options.isCurrent() });
    try {
      const admission = await commit((result) => {
        if (!result.ok) throw new Refused(result);
        return { ...row, usage: result.usage.length === 0 ? row.usage : result.usage };
      });
      if (admission === undefined) return null;
      // A row that is not forwarded has no outcome.
      if (row.forwarded) this.#open.set(admission.id, admission);
      if (this.#isLost) this.lose();
      return admission.result;
    } catch (error) {
      if (error instanceof Refused) return error.result;
      throw error;
    }
  }

  settle(id: string, fate: 'kept' | 'given_back', outcome: OutcomeRow): null {
    const admission = this.#open.get(id);
    this.#open.delete(id);
    if (admission !== undefined) this.#options.store.journal.settle(admission, fate, outcome);
    return null;
  }

  lose(): void {
    this.#isLost = true;
    for (const id of [...this.#open.keys()]) this.settle(id, 'kept', UNKNOWN);
  }
}

function orNull<Value>(value: Value | undefined): Value | null {
  return value ?? null;
}
