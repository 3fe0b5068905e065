import type { Caller } from './capabilities.ts';
import type {
  Era,
  UpstreamDescription,
  UpstreamEvent,
  UpstreamRequest,
  UpstreamState,
  Watched,
} from './contract.ts';
import type { Failing, Outcome } from './failures.ts';

/** One connection in one era to one server: what each driver offers to the rest of the room. */
export interface Channel extends AsyncDisposable {
  readonly era: Era;
  /** Connects when necessary. */
  describe(): Promise<UpstreamDescription | Failing>;
  /** Never rejects and never sends a request twice that may have been received. */
  send(request: UpstreamRequest, caller: Caller): Promise<Outcome>;
  /** Begins to hear what the server announces, which is then told as an event. Several flows may overlap, unless they have `gone`. */
  listen(wanted: Watched): Promise<Flow | Failing>;
  /** The state of a process; HTTP has none of its own. */
  status?(): ChannelStatus;
}

/** One way on which a server announces changes. */
export type Flow = {
  readonly kind: 'flow';
  readonly honoured: Watched;
  /** Resolves when the flow is over, however that came. */
  readonly ended: Promise<void>;
  readonly close: () => void;
  /**
   * Resolves when the server has ended it too, after `close`. Present where a newer one has to wait for that: there are servers
   * on pipes (Go SDK 1.8) that forget the newer one with the older.
   */
  readonly gone?: Promise<void>;
};

export type ChannelStatus = Pick<UpstreamState, 'state' | 'reason'>;

/** What a driver tells without being asked. */
export type ChannelEvents = { readonly onEvent: (event: UpstreamEvent) => void };

/** Resolves with the promise, or with `aborted` as soon as the signal says so; the promise itself goes on. */
export function untilAborted<T, A>(promise: Promise<T>, signal: AbortSignal, aborted: A): Promise<T | A> {
  if (signal.aborted) return Promise.resolve(aborted);
  return new Promise((resolve, reject) => {
    const stop = () => resolve(aborted);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
