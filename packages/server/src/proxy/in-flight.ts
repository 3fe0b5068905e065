import { MAX_IN_FLIGHT_PER_GRANT } from '../limits/index.ts';
import type { RequestMessage } from './message/message.ts';

/** Requests under way: how many each grant has, and how a legacy agent cancels one of its own (P §3.6). */
export class InFlight {
  readonly #counts = new Map<string, number>();
  #all = 0;
  readonly #cancellers = new Map<string, AbortController>();

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
    this.#cancellers.set(keyOf(message.session?.id, message.id), controller);
    return controller;
  }

  forget(message: RequestMessage): void {
    this.#cancellers.delete(keyOf(message.session?.id, message.id));
  }

  /** Nothing happens for an id that is not under way in this very session. */
  cancel(sessionId: string, requestId: unknown): void {
    this.#cancellers.get(keyOf(sessionId, requestId))?.abort();
  }
}

/** The id keeps its type: 1 and "1" are different requests. */
function keyOf(sessionId: string | undefined, requestId: unknown): string {
  return `${sessionId ?? ''} ${JSON.stringify(requestId)}`;
}
