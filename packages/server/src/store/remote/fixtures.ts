import type { Clock } from '../../limits/index.ts';
import { type Store, StoreError } from '../contract.ts';
import type { StoreAsks, StoreNews } from './asks.ts';
import { type Answers, type Asks, Line } from './line.ts';
import { openRemoteStore, type RemoteStore } from './remote-store.ts';
import { type ServeOptions, serveStore } from './serve-store.ts';

/**
 * Both ends of a line in one process; what travels is text in between, as it is between processes. The far end stands still until `goesOn`
 * resolves.
 */
export function lines<One extends Asks, Other extends Asks>(
  one: Answers<One>,
  other: Answers<Other>,
  goesOn?: Promise<void>,
): { readonly near: Line<Other, One>; readonly far: Line<One, Other> } {
  const onFault = (error: unknown): void => {
    throw error;
  };
  const near: Line<Other, One> = new Line({
    send(message) {
      const text = JSON.stringify(message);
      if (goesOn === undefined) far.take(JSON.parse(text));
      else void goesOn.then(() => far.take(JSON.parse(text)));
    },
    answers: one,
    onFault,
  });
  const far: Line<One, Other> = new Line({
    send: (message) => near.take(JSON.parse(JSON.stringify(message))),
    answers: other,
    onFault,
  });
  return { near, far };
}

type Standing = { readonly goesOn?: Promise<void>; readonly patienceMs?: number };

/** A process of the data plane beside the one that holds `store`, both in this one. */
export function remoteOf(
  store: Store,
  clock: Clock,
  { goesOn, patienceMs, ...more }: Partial<ServeOptions> & Standing = {},
): RemoteStore & { readonly lost: () => void; readonly line: Line<StoreNews, StoreAsks> } {
  const served = serveStore({
    store,
    mayDecide: () => true,
    isCurrent: () => true,
    onEndedSession: async (id, forgetAtMs) => void (await far.ask('endedSessions', [{ id, forgetAtMs }])),
    ...more,
  });
  const remote = openRemoteStore(
    { ask: (name, body) => near.ask(name, body), tell: (name, body) => near.tell(name, body) },
    clock,
    patienceMs,
  );
  const { far, near } = lines<StoreNews, StoreAsks>(remote.news, served.answers, goesOn);
  store.grants.follow((news) => void far.ask('grants', news).catch(() => undefined));
  return { ...remote, lost: served.lost, line: far };
}

/** The store with its journal as another process has it. */
export function asFromAfar(store: Store, clock: Clock): Store {
  const remote = remoteOf(store, clock);
  const { journal } = remote.store;
  let isClosed = false;
  const whileOpen = <Value>(work: () => Promise<Value>): Promise<Value> =>
    isClosed ? Promise.reject(new StoreError('unavailable', 'closed')) : work();
  return {
    ...store,
    journal: {
      admit: (...of) => whileOpen(() => journal.admit(...of)),
      admitApproved: (...of) => whileOpen(() => journal.admitApproved(...of)),
      ask: (...of) => whileOpen(() => journal.ask(...of)),
      peek: (...of) => whileOpen(() => journal.peek(...of)),
      record: (...of) => whileOpen(() => journal.record(...of)),
      settle: (...of) => journal.settle(...of),
      flush: () => whileOpen(() => journal.flush()),
      inUse: (question) => store.journal.inUse(question),
    },
    async [Symbol.asyncDispose]() {
      if (!isClosed) await journal.flush();
      isClosed = true;
      await store[Symbol.asyncDispose]();
    },
  };
}
