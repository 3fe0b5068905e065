import { type Journal, StoreError } from '../contract.ts';

/** Of a process that is no gateway: calls in flight are a gateway's, which alone admits them. */
export const CLOSED_JOURNAL: Journal = {
  admit: refuse,
  admitApproved: refuse,
  ask: refuse,
  peek: refuse,
  inUse: refuse,
  record: refuse,
  flush: async () => {},
  settle() {
    throw locked();
  },
};

async function refuse(): Promise<never> {
  throw locked();
}

function locked(): StoreError {
  return new StoreError('locked', 'expected the store to be opened by the gateway, which alone admits calls');
}
