import { isJsonObject, type JsonObject } from '@boomgate/engine';
import type { Caller, CapabilitySet } from '../capabilities.ts';
import type { ChannelEvents, Flow } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest, Watched } from '../contract.ts';
import { cancelledText, type WriteRequest } from '../envelope.ts';
import { CANCELLED, type Failing, failing, type Outcome } from '../failures.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { readAnswer, readMessage } from '../read-answer.ts';
import { answerServerRequest } from '../server-messages.ts';
import { readEvent } from '../watch/events.ts';
import { ListenFlow } from '../watch/listen-flow.ts';
import { subscriptionOf } from '../watch/subscription.ts';
import { toFilter } from '../watch/watched.ts';
import { readLong } from './long-line.ts';
import { Pending } from './pending.ts';
import { UnderWay } from './under-way.ts';

export type ConversationOptions = {
  /** Sends one message of a grant, or the gateway's own; `onFailed` is called at most once, also later. */
  readonly pipe: (text: string, grantId: string, onFailed: (failure: Failing) => void) => void;
  readonly write: WriteRequest;
  /** What was declared to the server when the conversation began. */
  readonly capabilities: CapabilitySet;
  readonly clock: Clock;
  readonly events: ChannelEvents;
};

/**
 * Requests and answers with one server over one pair of pipes, on which all messages of all callers travel: the lines of
 * a process, or the stream of HTTP+SSE. Ids are ours, so that no two callers can meet.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #underWay: UnderWay<Pending>;
  readonly #flows = new Map<number, ListenFlow>();
  #lastId = 0;
  #noise = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#underWay = new UnderWay(options.clock);
  }

  /** Requests that wait for their answer. */
  get open(): number {
    return this.#underWay.size;
  }

  /** Texts that were no JSON-RPC message. */
  get noise(): number {
    return this.#noise;
  }

  /** Waits at most `timeoutMs`, which each sign of life begins again. */
  ask(request: UpstreamRequest, caller: Caller, timeoutMs: number): Promise<Outcome> {
    if (request.signal.aborted) return Promise.resolve(CANCELLED.unsent);
    const id = this.#nextId();
    const { clock, capabilities, pipe, write } = this.#options;
    return new Promise((resolve) => {
      const pending = new Pending(request, {
        clock,
        timeoutMs,
        capabilities,
        tell: (text) => this.tell(text),
        onAbandoned: () => {
          this.#underWay.giveUp(id);
          if (request.method !== 'initialize') this.tell(cancelledText(id));
        },
        onSettled: (outcome) => {
          this.#underWay.end(id);
          resolve(outcome);
        },
      });
      this.#underWay.begin(id, pending);
      const { capabilities: declared, grantId } = caller;
      pipe(write(id, request, declared), grantId, (failure) => {
        if (failure.acted === 'maybe') this.#underWay.giveUp(id);
        pending.settle(failure);
      });
    });
  }

  /** Opens a subscription of the modern era (P §1.9), for whose acknowledgement it waits at most `timeoutMs`. */
  async listen(wanted: Watched, timeoutMs: number): Promise<Flow | Failing> {
    const id = this.#nextId();
    for (const [older, { isOver }] of this.#flows) if (isOver) this.#flows.delete(older);
    const flow = new ListenFlow({
      id,
      wanted,
      events: this.#options.events,
      // It stays until the server has ended it as well.
      stop: () => this.#flows.has(id) && this.tell(cancelledText(id)),
      isAlone: true,
    });
    this.#flows.set(id, flow);
    const request = ownRequest('subscriptions/listen', { notifications: toFilter(wanted) });
    const text = this.#options.write(id, request, GATEWAY.capabilities);
    this.#options.pipe(text, GATEWAY.grantId, (failure) => {
      this.#flows.delete(id);
      flow.fail(failure);
    });
    return flow.openedWithin(this.#options.clock, timeoutMs);
  }

  tell(text: string): void {
    this.#options.pipe(text, GATEWAY.grantId, () => {});
  }

  onText(text: string): void {
    const read = readMessage(text);
    if (!read.ok) {
      if (text.trim() !== '') this.#noise += 1;
    } else if (read.message['method'] === undefined) {
      this.#onAnswer(read.message, Buffer.byteLength(text));
    } else {
      this.#onServerMessage(read.message);
    }
  }

  /** Ends the request alone whose answer is too long to be kept; false when nobody knows what was too long. */
  onLong(ends: { readonly head: string; readonly tail: string }): boolean {
    const id = readLong(ends);
    if (id === 'notification') return true;
    if (id === undefined || id > this.#lastId) return false;
    const pending = this.#underWay.get(id);
    if (pending === undefined) this.#underWay.answeredLate(id);
    else pending.settle(failing('too_large', `${pending.request.method}: too long`, { acted: 'maybe' }));
    return true;
  }

  /** The connection is gone: ends everything that is open. */
  fail(failure: Failing): void {
    for (const pending of this.#underWay.all()) pending.settle(failure);
    for (const flow of [...this.#flows.values()]) flow.fail(failure);
    this.#flows.clear();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #onAnswer(message: JsonObject, bytes: number): void {
    const { id } = message;
    if (typeof id !== 'number') return;
    const flow = this.#flows.get(id);
    if (flow !== undefined) {
      this.#flows.delete(id);
      flow.take(message);
      return;
    }
    const pending = this.#underWay.get(id);
    // An answer that nobody waits for is late, or not to us: it is nobody's.
    if (pending === undefined) {
      this.#underWay.answeredLate(id);
      return;
    }
    const answer = readAnswer(message, id);
    if (answer.kind === 'bad') pending.settle(failing('bad_answer', answer.problem, { acted: 'maybe' }));
    else pending.settle({ ...answer, bytes });
  }

  #onServerMessage(message: JsonObject): void {
    const flow = this.#flowOf(message);
    if (flow !== undefined) {
      flow.take(message);
      return;
    }
    if (this.#underWay.take(message)) return;
    const event = readEvent(message);
    if (event !== undefined) this.#options.events.onEvent(event);
    // What no call can have caused is asked of nobody (P §3.4).
    const answer = answerServerRequest(message);
    if (answer !== undefined) this.tell(answer);
  }

  #flowOf(message: JsonObject): ListenFlow | undefined {
    if (this.#flows.size === 0) return undefined;
    const { method, params } = message;
    const cancelled =
      method === 'notifications/cancelled' && isJsonObject(params) ? params['requestId'] : undefined;
    const id = typeof cancelled === 'number' ? cancelled : subscriptionOf(message);
    return id === undefined ? undefined : this.#flows.get(id);
  }
}
