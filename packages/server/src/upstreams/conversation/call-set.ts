import type { UpstreamRequest } from '../contract.ts';
import { SessionCount } from './session-count.ts';

type OfAgent = { readonly request: UpstreamRequest };

/** Calls in the order in which they began, and by whose they are. */
export class CallSet<C extends OfAgent> {
  readonly #calls = new Set<C>();
  readonly #sessions = new SessionCount();

  get size(): number {
    return this.#calls.size;
  }

  get oldest(): C | undefined {
    const [one] = this.#calls;
    return one;
  }

  newestFirst(): C[] {
    return [...this.#calls].reverse();
  }

  has(call: C): boolean {
    return this.#calls.has(call);
  }

  add(call: C): void {
    this.#calls.add(call);
    this.#sessions.add(call.request.agentSession);
  }

  delete(call: C): void {
    if (this.#calls.delete(call)) this.#sessions.remove(call.request.agentSession);
  }

  areAllOf(session: string): boolean {
    return this.#sessions.areAllOf(session);
  }

  [Symbol.iterator](): Iterator<C> {
    return this.#calls.values();
  }
}
