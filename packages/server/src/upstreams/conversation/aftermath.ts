import { AFTERMATH_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import { SessionCount } from './session-count.ts';

type GivenUp = { readonly untilMs: number; readonly session: string | undefined };

/**
 * The calls that were given up but may still run at the server: what it says meanwhile without naming a call could be
 * theirs, so that it must not be taken for another agent's.
 */
export class Aftermath {
  readonly #clock: Clock;
  readonly #calls = new Map<number, GivenUp>();
  readonly #sessions = new SessionCount();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(id: number, session?: string): void {
    this.#forget();
    this.end(id);
    this.#calls.set(id, { untilMs: this.#clock.now() + AFTERMATH_MS, session });
    this.#sessions.add(session);
  }

  /** Its late answer came. */
  end(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    this.#sessions.remove(call.session);
  }

  /** Whether any call may still speak. */
  isOpen(): boolean {
    this.#forget();
    return this.#calls.size > 0;
  }

  /** Whether any call may still speak that is not of this session. */
  isOpenBeside(session: string): boolean {
    this.#forget();
    return !this.#sessions.areAllOf(session);
  }

  #forget(): void {
    // All last equally long, so that they are over in the order in which they began.
    for (const [id, { untilMs }] of this.#calls) {
      if (this.#clock.now() < untilMs) return;
      this.end(id);
    }
  }
}
