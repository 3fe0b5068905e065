import type { JsonObject } from '@boomgate/engine';
import type { Clock } from '../clock.ts';
import { Aftermath } from '../conversation/aftermath.ts';
import type { Questions } from '../questions.ts';

/**
 * The calls of one session during which its server may ask. Many kits ask on the session's own stream, which names no call: such
 * a question belongs to the only call that could have caused it, as on a pipe (P §3.4).
 */
export class AskingCalls {
  readonly #calls = new Map<number, Questions | undefined>();
  readonly #aftermath: Aftermath;

  constructor(clock: Clock) {
    this.#aftermath = new Aftermath(clock);
  }

  /** Without questions: of somebody who cannot be asked. */
  begin(id: number, questions: Questions | undefined): void {
    this.#calls.set(id, questions);
  }

  /** A call that was given up may still run, and ask. */
  end(id: number, how: 'answered' | 'abandoned'): void {
    this.#calls.delete(id);
    if (how === 'abandoned') this.#aftermath.begin(id);
  }

  /** False when nobody can be asked this, or when it is no question. */
  take(message: JsonObject): boolean {
    const calls = [...this.#calls.values()];
    // A question is taken back by the id that the server gave it, whichever call it belongs to.
    if (message['id'] === undefined) return calls.some((questions) => questions?.take(message) === true);
    if (calls.length !== 1 || this.#aftermath.isOpen()) return false;
    return calls[0]?.take(message) === true;
  }
}
