import { MAX_IN_FLIGHT_PER_GRANT } from '../limits/index.ts';
import type { RequestMessage } from './message/message.ts';

/** Requests under way: how many each grant has, and how a legacy agent cancels one of its own (P §3.6). */
export class InFlight {
  readonly #counts = new Map<string, number>();
  #all = 0;
  /** An agent that lost a connection may send the same request again while the first goes on. */
  readonly #cancellers = new Map<string, readonly AbortController[]>();

  /** False when the grant has as many under way as it may; otherwise `leave` must follow. */
  enter(grantId: string): boolean {
    const count = this.#counts.get(grantId) ?? 0;
    if (count >= MAX_IN_FLIGHT_PER_GRANT) return false;
    this.#counts.set(grantId, count + 1);
    this.#all += 1;
    return true;
  }

  leave(grantId: string): void {
    const count = this.#counts.get(grantId) ?? 0;
    if (count > 0) this.#all -= 1;
    if (count > 1) this.#counts.set(grantId, count - 1);
    else this.#counts.delete(grantId);
  }

  /** Of all grants. */
  get size(): number {
    return this.#all;
  }

  /** A signal that `cancel` with the same session and id aborts; legacy requests only. */
  cancellable(message: RequestMessage): AbortController {
    const controller = new AbortController();
    const key = keyOf(message.session?.id, message.id);
    this.#cancellers.set(key, [...(this.#cancellers.get(key) ?? []), controller]);
    return controller;
  }

  forget(message: RequestMessage, controller: AbortController): void {
    const key = keyOf(message.session?.id, message.id);
    const others = this.#cancellers.get(key)?.filter((one) => one !== controller) ?? [];
    if (others.length === 0) this.#cancellers.delete(key);
    else this.#cancellers.set(key, others);
  }

  /** Nothing happens for an id that is not under way in this very session. */
  cancel(sessionId: string, requestId: unknown): void {
    for (const one of this.#cancellers.get(keyOf(sessionId, requestId)) ?? []) one.abort();
  }
}

/** The id keeps its type: 1 and "1" are different requests. */
function keyOf(sessionId: string | undefined, requestId: unknown): string {
  return `${sessionId ?? ''} ${JSON.stringify(requestId)}`;
}
