import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { mayBeAskedDuring } from '../capabilities.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamNotification, UpstreamRequest } from '../contract.ts';
import type { Questions } from '../questions.ts';
import { readServerRequest, type ServerRequest, toNotification } from '../server-messages.ts';
import { Aftermath } from './aftermath.ts';
import { CallSet } from './call-set.ts';
import { type Carrier, SharedQuestion } from './shared-question.ts';

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
 * session. Progress names its request; what a server asks or logs does not, and is of the only one that could have caused it, or of the
 * only agent whose requests could have (P §3.4, decisions/0050).
 */
export class UnderWay<C extends Call = Call> {
  readonly #calls = new Map<number, C>();
  /** Those during which the server may ask, and those that want log messages. */
  readonly #askable = new CallSet<C>();
  readonly #loggers = new CallSet<C>();
  readonly #shared = new Set<SharedQuestion>();
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
    if (call !== undefined && mayBeAskedDuring(call.request.method))
      this.#aftermath.begin(id, call.request.agentSession);
  }

  /** The answer came of one that was given up. */
  answeredLate(id: number): void {
    this.#aftermath.end(id);
  }

  /** False when the message belongs to no request that is under way. */
  take(message: JsonObject): boolean {
    const asked = readServerRequest(message);
    if (asked !== undefined) {
      const only = this.#onlyOf(this.#askable);
      return only === undefined ? this.#share(asked) : only.questions?.take(message) === true;
    }
    if (message['method'] === 'notifications/cancelled') return this.#takeBack(message);
    const found = toNotification(message);
    if (found === undefined) return false;
    const { notification, token } = found;
    const isMessage = notification.method === 'notifications/message';
    const call = isMessage ? this.#logger() : this.#named(token);
    call?.notify?.(notification);
    return call !== undefined;
  }

  #remove(id: number): C | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    this.#askable.delete(call);
    this.#loggers.delete(call);
    for (const shared of this.#shared) shared.callEnded();
    return call;
  }

  #named(token: Json | undefined): C | undefined {
    return typeof token === 'number' ? this.#calls.get(token) : undefined;
  }

  /** Puts a question that several calls of one agent could have caused on the newest that can carry it. */
  #share(asked: ServerRequest): boolean {
    const carriers = this.#areOfOneAgent(this.#askable) ? this.#askable.newestFirst().filter(isCarrier) : [];
    if (!carriers.some(({ questions }) => questions.canPut(asked.question))) return false;
    // A cast: only of its own calls is it asked whether they are under way.
    const isUnderWay = (carrier: Carrier) => this.#askable.has(carrier as Call as C);
    const shared = new SharedQuestion({ asked, carriers, isUnderWay });
    this.#shared.add(shared);
    void shared.put().finally(() => this.#shared.delete(shared));
    return true;
  }

  /** A question is known by the id that the server gave it, whichever request it belongs to. */
  #takeBack(message: JsonObject): boolean {
    const { params } = message;
    const named = isJsonObject(params) ? params['requestId'] : undefined;
    for (const shared of this.#shared) {
      if (shared.id !== named) continue;
      shared.takeBack();
      return true;
    }
    for (const { questions } of this.#askable) if (questions?.take(message) === true) return true;
    return false;
  }

  /** A call that wants no log messages may cause them as well, and what they tell is its agent's matter. */
  #logger(): C | undefined {
    if (this.#areOfOneAgent(this.#loggers)) return this.#loggers.oldest;
    const only = this.#onlyOf(this.#loggers);
    if (only === undefined) return undefined;
    return this.#askable.size === (this.#askable.has(only) ? 1 : 0) ? only : undefined;
  }

  /** A call that was given up could have caused it too. */
  #onlyOf(calls: CallSet<C>): C | undefined {
    return calls.size === 1 && !this.#aftermath.isOpen() ? calls.oldest : undefined;
  }

  /** Whether these calls are of one agent, and so are all others that could have caused what the server says. */
  #areOfOneAgent(calls: CallSet<C>): boolean {
    const session = calls.oldest?.request.agentSession;
    if (session === undefined || this.#aftermath.isOpenBeside(session)) return false;
    return calls.areAllOf(session) && this.#askable.areAllOf(session);
  }
}

function isCarrier<C extends Call>(call: C): call is C & Carrier {
  return call.questions !== undefined;
}
