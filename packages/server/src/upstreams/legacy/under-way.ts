import type { JsonObject } from '@boomgate/engine';
import { mayBeAskedDuring } from '../capabilities.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest } from '../contract.ts';
import { Aftermath } from '../conversation/aftermath.ts';
import type { Questions } from '../questions.ts';
import { readServerRequest, toNotification } from '../server-messages.ts';

type Call = {
  readonly request: UpstreamRequest;
  /** Absent: nobody can be asked. */
  readonly questions: Questions | undefined;
  /** Passes a notification on if it is for this call. */
  readonly relay: (message: JsonObject) => void;
};

/**
 * The requests of one session that wait for their answer. Many servers send what belongs to one of them on the session's `GET` stream,
 * where it is attributed as on pipes: progress by its token, the rest to the only request that could have caused it (decisions/0050).
 */
export class UnderWay {
  readonly #calls = new Map<number, Call>();
  readonly #aftermath: Aftermath;

  constructor(clock: Clock) {
    this.#aftermath = new Aftermath(clock);
  }

  begin(id: number, call: Call): void {
    this.#calls.set(id, call);
  }

  /** `goesOn`: nobody waits for its answer any more, but the server may work on it and speak. */
  end(id: number, { goesOn }: { readonly goesOn: boolean }): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    if (goesOn && mayBeAskedDuring(call.request.method)) this.#aftermath.begin(id);
  }

  /** False when the message belongs to no request that is under way. */
  take(message: JsonObject): boolean {
    if (readServerRequest(message) !== undefined) {
      const askable = this.#only(({ request }) => mayBeAskedDuring(request.method));
      return askable?.questions?.take(message) === true;
    }
    if (message['method'] === 'notifications/cancelled')
      return [...this.#calls.values()].some(({ questions }) => questions?.take(message) === true);
    const found = toNotification(message);
    if (found === undefined) return false;
    const { notification, token } = found;
    const call =
      notification.method === 'notifications/message'
        ? this.#only(({ request }) => request.logLevel !== undefined)
        : this.#calls.get(Number(token));
    call?.relay(message);
    return call !== undefined;
  }

  #only(could: (call: Call) => boolean): Call | undefined {
    if (this.#aftermath.isOpen()) return undefined;
    const [one, another] = [...this.#calls.values()].filter(could);
    return another === undefined ? one : undefined;
  }
}
