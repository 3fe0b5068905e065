import { type Admission, type DescribeCall, type Journal, NOT_SENT, StoreError } from '../store/index.ts';

/**
 * A journal that takes nothing while what calls are decided by may have been changed elsewhere: no call without a record, so that none
 * is let through. What becomes of calls that are under way is written.
 */
export function whileCurrent(journal: Journal, isCurrent: () => boolean): Journal {
  /** This process may have stood still since the call was judged: what is written is taken back then, and nothing is sent. */
  const sentWhileCurrent = async <Taken extends Admission | undefined>(
    describe: DescribeCall,
    take: (describe: DescribeCall) => Promise<Taken>,
  ): Promise<Taken> => {
    if (!isCurrent()) return refuse();
    let isForwarded = false;
    const admission = await take((result) => {
      const row = describe(result);
      isForwarded = row.forwarded;
      return row;
    });
    if (admission === undefined || !isForwarded || isCurrent()) return admission;
    journal.settle(admission, 'given_back', NOT_SENT);
    return refuse();
  };
  return {
    admit: (demands, describe) => sentWhileCurrent(describe, (how) => journal.admit(demands, how)),
    admitApproved: (use, demands, describe) =>
      sentWhileCurrent(describe, (how) => journal.admitApproved(use, demands, how)),
    ask: (...of) => (isCurrent() ? journal.ask(...of) : refuse()),
    record: (...of) => (isCurrent() ? journal.record(...of) : refuse()),
    peek: (...of) => journal.peek(...of),
    inUse: (...of) => journal.inUse(...of),
    settle: (...of) => journal.settle(...of),
    flush: () => journal.flush(),
  };
}

async function refuse(): Promise<never> {
  throw new StoreError('unavailable', 'changes of other replicas are not known here now: try again');
}
