import { STOOD_STILL_MS } from '../limits/index.ts';
import { type Admission, type DescribeCall, type Journal, NOT_SENT, StoreError } from '../store/index.ts';

type Currency = {
  /** False while what calls are decided by may have been changed elsewhere for too long. */
  readonly isCurrent: () => boolean;
  /** Looks anew at it, where this process stood still and could not. */
  readonly catchUp: () => Promise<void> | undefined;
  /** Another number whenever it is found to be another than before. */
  readonly changes: () => number;
  readonly monotonicMs: () => number;
};

/**
 * A journal that takes nothing while what calls are decided by may have been changed elsewhere: no call without a record, so that none
 * is let through. What becomes of calls that are under way is written.
 */
export function whileCurrent(journal: Journal, currency: Currency): Journal {
  const whenItHolds = async <Taken>(take: () => Promise<Taken>): Promise<Taken> =>
    (await judgedNow(currency)()) ? take() : refuse();
  /** This process may have stood still since the call was judged: what is written is taken back then, and nothing is sent. */
  const sentWhileCurrent = async <Taken extends Admission | undefined>(
    describe: DescribeCall,
    take: (describe: DescribeCall) => Promise<Taken>,
  ): Promise<Taken> => {
    const holds = judgedNow(currency);
    const mayBe = holds();
    if (mayBe !== true && !(await mayBe)) return refuse();
    let isForwarded = false;
    const admission = await take((result) => {
      const row = describe(result);
      isForwarded = row.forwarded;
      return row;
    });
    if (admission === undefined || !isForwarded) return admission;
    const isStill = holds();
    if (isStill === true || (await isStill)) return admission;
    journal.settle(admission, 'given_back', NOT_SENT);
    return refuse();
  };
  return {
    admit: (demands, describe) => sentWhileCurrent(describe, (how) => journal.admit(demands, how)),
    admitApproved: (use, demands, describe) =>
      sentWhileCurrent(describe, (how) => journal.admitApproved(use, demands, how)),
    ask: (...of) => whenItHolds(() => journal.ask(...of)),
    record: (...of) => whenItHolds(() => journal.record(...of)),
    peek: (...of) => journal.peek(...of),
    inUse: (...of) => journal.inUse(...of),
    settle: (...of) => journal.settle(...of),
    flush: () => journal.flush(),
  };
}

/**
 * Says later whether what is judged now still holds: where this process stood still meanwhile, it does if a look finds nothing to be another
 * than it was.
 */
function judgedNow({ catchUp, changes, isCurrent, monotonicMs }: Currency): () => true | Promise<boolean> {
  const judgedBy = changes();
  const judgedMs = monotonicMs();
  const afterLooking = async (): Promise<boolean> => {
    await catchUp();
    return isCurrent() && changes() === judgedBy;
  };
  // No detour where it stood still for no time: this is the way of every call.
  return () => (isCurrent() && monotonicMs() - judgedMs < STOOD_STILL_MS ? true : afterLooking());
}

async function refuse(): Promise<never> {
  throw new StoreError('unavailable', 'what others changed is not known here now: try again');
}
