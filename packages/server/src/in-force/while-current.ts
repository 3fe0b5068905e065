import { type Journal, StoreError } from '../store/index.ts';

/**
 * A journal that takes nothing while what calls are decided by may have been changed elsewhere: no call without a record, so that none
 * is let through. What becomes of calls that are under way is written.
 */
export function whileCurrent(journal: Journal, isCurrent: () => boolean): Journal {
  return {
    admit: (...of) => (isCurrent() ? journal.admit(...of) : refuse()),
    admitApproved: (...of) => (isCurrent() ? journal.admitApproved(...of) : refuse()),
    ask: (...of) => (isCurrent() ? journal.ask(...of) : refuse()),
    record: (...of) => (isCurrent() ? journal.record(...of) : refuse()),
    peek: (...of) => journal.peek(...of),
    inUse: (...of) => journal.inUse(...of),
    settle: (...of) => journal.settle(...of),
    flush: () => journal.flush(),
  };
}

async function refuse(): Promise<never> {
  throw new StoreError('unavailable', 'what other replicas changed is not known here now: try again');
}
