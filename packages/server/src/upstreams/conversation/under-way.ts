import type { Json, JsonObject } from '@boomgate/engine';
import { mayBeAskedDuring } from '../capabilities.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamNotification, UpstreamRequest } from '../contract.ts';
import type { Questions } from '../questions.ts';
import { readServerRequest, toNotification } from '../server-messages.ts';
import { Aftermath } from './aftermath.ts';

/** A request that waits for its answer, and what is done with what belongs to it. */
export type Call = {
  readonly request: UpstreamRequest;
  /** Absent: nobody can be asked. */
  readonly questions?: Questions | undefined;
  /** Absent: nobody is told. */
  readonly notify?: ((notification: UpstreamNotification) => void) | undefined;
};

/**
 * The requests that wait for their answer where a server speaks beside its answers: on pipes, and on the `GET` stream of a
 * session. Progress names its request; what a server asks or logs does not, and is of the only one that could have caused it
 * (P §3.4, decisions/0050).
 */
export class UnderWay<C extends Call = Call> {
  readonly #calls = new Map<number, C>();
  /** Those during which the server may ask, and those that want log messages. */
  readonly #askable = new Set<C>();
  readonly #loggers = new Set<C>();
  readonly #aftermath: Aftermath;

  constructor(clock: Clock) {
    this.#aftermath = new Aftermath(clock);
  }

  get size(): number {
    return this.#calls.size;
  }

  get(id: number): C | undefined {
    return this.#calls.get(id);
  }

  all(): readonly C[] {
    return [...this.#calls.values()];
  }

  begin(id: number, call: C): void {
    this.#calls.set(id, call);
    const { method, logLevel } = call.request;
    if (mayBeAskedDuring(method)) this.#askable.add(call);
    if (logLevel !== undefined) this.#loggers.add(call);
  }

  /** It has its answer, or was given up before. */
  end(id: number): void {
    this.#remove(id);
  }

  /** Nobody waits for its answer any more, but the server may work on it and speak. */
  giveUp(id: number): void {
    const call = this.#remove(id);
    if (call !== undefined && mayBeAskedDuring(call.request.method)) this.#aftermath.begin(id);
  }

  /** The answer came of one that was given up. */
  answeredLate(id: number): void {
    this.#aftermath.end(id);
  }

  /** False when the message belongs to no request that is under way. */
  take(message: JsonObject): boolean {
    if (readServerRequest(message) !== undefined)
      return this.#onlyOf(this.#askable)?.questions?.take(message) === true;
    if (message['method'] === 'notifications/cancelled') {
      // A question is known by the id that the server gave it, whichever request it belongs to.
      for (const { questions } of this.#askable) if (questions?.take(message) === true) return true;
      return false;
    }
    const found = toNotification(message);
    if (found === undefined) return false;
    const { notification, token } = found;
    const isMessage = notification.method === 'notifications/message';
    const call = isMessage ? this.#onlyOf(this.#loggers) : this.#named(token);
    call?.notify?.(notification);
    return call !== undefined;
  }

  #remove(id: number): C | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    this.#askable.delete(call);
    this.#loggers.delete(call);
    return call;
  }

  #named(token: Json | undefined): C | undefined {
    return typeof token === 'number' ? this.#calls.get(token) : undefined;
  }

  /** A call that was given up could have caused it too. */
  #onlyOf(calls: ReadonlySet<C>): C | undefined {
    if (calls.size !== 1 || this.#aftermath.isOpen()) return undefined;
    const [one] = calls;
    return one;
  }
}
