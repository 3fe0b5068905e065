import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { type Caller, type CapabilitySet, mayBeAskedDuring } from '../capabilities.ts';
import type { ChannelEvents, Flow } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest, Watched } from '../contract.ts';
import { cancelledText, type WriteRequest } from '../envelope.ts';
import { CANCELLED, type Failing, failing, type Outcome } from '../failures.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { readAnswer, readMessage } from '../read-answer.ts';
import { answerServerRequest, toNotification } from '../server-messages.ts';
import { readEvent } from '../watch/events.ts';
import { ListenFlow } from '../watch/listen-flow.ts';
import { subscriptionOf } from '../watch/subscription.ts';
import { toFilter } from '../watch/watched.ts';
import { Aftermath } from './aftermath.ts';
import { Pending } from './pending.ts';

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
  readonly #pending = new Map<number, Pending>();
  /** Those during which the server may ask, and those that want log messages: neither names its request (P §3.4). */
  readonly #askable = new Set<Pending>();
  readonly #loggers = new Set<Pending>();
  readonly #aftermath: Aftermath;
  readonly #flows = new Map<number, ListenFlow>();
  #lastId = 0;
  #noise = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#aftermath = new Aftermath(options.clock);
  }

  /** Requests that wait for their answer. */
  get open(): number {
    return this.#pending.size;
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
        onAbandoned: () => this.#abandon(id, request),
        onSettled: (outcome) => {
          this.#pending.delete(id);
          this.#askable.delete(pending);
          this.#loggers.delete(pending);
          resolve(outcome);
        },
      });
      this.#pending.set(id, pending);
      if (mayBeAskedDuring(request.method)) this.#askable.add(pending);
      if (request.logLevel !== undefined) this.#loggers.add(pending);
      const { capabilities: declared, grantId } = caller;
      pipe(write(id, request, declared), grantId, (failure) => {
        if (failure.acted === 'maybe' && this.#pending.has(id)) this.#mayGoOn(id, request);
        pending.settle(failure);
      });
    });
  }

  /** Opens a subscription of the modern era (P §1.9), for whose acknowledgement it waits at most `timeoutMs`. */
  async listen(wanted: Watched, timeoutMs: number): Promise<Flow | Failing> {
    const id = this.#nextId();
    const flow = new ListenFlow({
      id,
      wanted,
      events: this.#options.events,
      stop: () => {
        if (this.#flows.delete(id)) this.tell(cancelledText(id));
      },
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

  /** The connection is gone: ends everything that is open. */
  fail(failure: Failing): void {
    for (const pending of [...this.#pending.values()]) pending.settle(failure);
    for (const flow of [...this.#flows.values()]) flow.fail(failure);
    this.#flows.clear();
  }

  #abandon(id: number, request: UpstreamRequest): void {
    if (request.method !== 'initialize') this.tell(cancelledText(id));
    this.#mayGoOn(id, request);
  }

  /** Nobody waits for its answer any more, and the server may work on it and ask. */
  #mayGoOn(id: number, { method }: UpstreamRequest): void {
    if (mayBeAskedDuring(method)) this.#aftermath.begin(id);
  }

  /** The call that a message without a request belongs to: the only one that could have caused it. */
  #onlyOf(calls: ReadonlySet<Pending>): Pending | undefined {
    if (calls.size !== 1 || this.#aftermath.isOpen()) return undefined;
    const [one] = calls;
    return one;
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
    const pending = this.#pending.get(id);
    // An answer that nobody waits for is late, or not to us: it is nobody's.
    if (pending === undefined) {
      this.#aftermath.end(id);
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
    const answer = answerServerRequest(message);
    if (answer !== undefined) {
      // What the server asks belongs to a call only when no other call could have caused it.
      if (this.#onlyOf(this.#askable)?.questions.take(message) !== true) this.tell(answer);
      return;
    }
    if (message['method'] === 'notifications/cancelled') {
      // A question is known by the id that the server gave it, whichever call it belongs to.
      for (const pending of this.#askable) if (pending.questions.take(message)) return;
      return;
    }
    const found = toNotification(message);
    if (found === undefined) {
      const event = readEvent(message);
      if (event !== undefined) this.#options.events.onEvent(event);
    } else if (found.notification.method === 'notifications/message') {
      this.#onlyOf(this.#loggers)?.notify(found.notification);
    } else if (typeof found.token === 'number') {
      this.#pending.get(found.token)?.notify(found.notification);
    }
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
