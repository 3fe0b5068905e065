import type { JsonObject } from '@boomgate/engine';
import type { ChannelEvents, Flow } from '../channel.ts';
import { type Clock, within } from '../clock.ts';
import type { Watched } from '../contract.ts';
import { type Failing, failing } from '../failures.ts';
import { readSubscriptionMessage } from './subscription.ts';
import { NOTHING } from './watched.ts';

export type ListenFlowOptions = {
  /** The id of the listen request, which is that of its subscription (P §1.9). */
  readonly id: number;
  readonly wanted: Watched;
  readonly events: ChannelEvents;
  /** Ends the request at the server. */
  readonly stop: () => void;
  /** A newer one of the same connection waits until this one is gone. */
  readonly isAlone?: true;
};

/** A `subscriptions/listen` request of the modern era, over whatever transport carries its messages. */
export class ListenFlow {
  readonly #options: ListenFlowOptions;
  readonly #opened = Promise.withResolvers<Flow | Failing>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #isOver = false;

  constructor(options: ListenFlowOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the server acknowledged or refused, or when it took too long, which ends the request. */
  async openedWithin(clock: Clock, ms: number): Promise<Flow | Failing> {
    const late = failing('timed_out', `subscriptions/listen was not acknowledged in ${ms} ms`, {
      acted: 'no',
    });
    const opened = await within(this.#opened.promise, { clock, ms, late });
    if (opened.kind === 'failing') this.close();
    return opened;
  }

  /** A message that may be for this subscription. */
  take(message: JsonObject): void {
    const { id, wanted, events } = this.#options;
    const found = readSubscriptionMessage(message, id, wanted);
    if (found?.kind === 'over') this.#gone.resolve();
    if (this.#isOver) return;
    if (found?.kind === 'event') events.onEvent(found.event);
    if (found?.kind === 'acknowledged') this.#opened.resolve(this.#flow(found.honoured));
    if (found?.kind !== 'over') return;
    // A server that refuses the method announces nothing, which is no failure.
    this.#opened.resolve(this.#flow(NOTHING));
    if (!found.refused) this.#ended.resolve();
    this.close();
  }

  /** The transport is gone. */
  fail(failure: Failing): void {
    this.#gone.resolve();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#opened.resolve(failure);
    this.#ended.resolve();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.stop();
  }

  #flow(honoured: Watched): Flow {
    const flow: Flow = {
      ...{ kind: 'flow', honoured, ended: this.#ended.promise, close: () => this.close() },
      ...(this.#options.isAlone === true ? { gone: this.#gone.promise } : {}),
    };
    // A stream on which nothing can come would only hold a socket.
    if (honoured.lists.length === 0 && honoured.resources.length === 0) this.close();
    return flow;
  }
}
