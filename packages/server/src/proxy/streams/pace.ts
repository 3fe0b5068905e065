import type { JsonObject } from '@boomgate/engine';
import { ANSWER_STALL_MS, CHANGE_INTERVAL_MS, MAX_SUBSCRIPTIONS } from '../../limits/index.ts';

/** Makes the message at the moment when it leaves; undefined when the agent is not to be told any more. */
type Make = () => JsonObject | undefined;

export type PaceOptions = {
  /** False when the agent does not take it now. */
  readonly deliver: (message: JsonObject) => boolean;
  /** The agent has not taken anything for so long that it will not. */
  readonly onStalled: () => void;
};

/** Kinds of lists beside the resources that a stream may have something to tell about. */
const MOST_WAITING = MAX_SUBSCRIPTIONS + 3;
const MOST_REFUSALS = ANSWER_STALL_MS / CHANGE_INTERVAL_MS;

/**
 * Announcements of one stream. The same news in quick succession leave once, so that a server that never stops
 * announcing costs an agent ten messages a second; what the agent does not take waits, and what waits is bounded.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #waiting = new Map<string, Make>();
  #timer: NodeJS.Timeout | undefined;
  #refusals = 0;
  #isOpen = false;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Nothing leaves before. */
  begin(): void {
    this.#isOpen = true;
    this.#flushSoon(0);
  }

  /** `key` names the news: what waits under it is replaced. */
  put(key: string, make: Make): void {
    if (this.#waiting.size >= MOST_WAITING && !this.#waiting.has(key)) return;
    this.#waiting.set(key, make);
    if (this.#isOpen) this.#flushSoon(0);
  }

  end(): void {
    this.#isOpen = false;
    this.#waiting.clear();
    clearTimeout(this.#timer);
  }

  #flushSoon(afterMs: number): void {
    this.#timer ??= setTimeout(() => this.#flush(), afterMs).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    if (!this.#isOpen || this.#waiting.size === 0) return;
    const isTaken = this.#deliverAll();
    this.#refusals = isTaken ? 0 : this.#refusals + 1;
    if (this.#refusals >= MOST_REFUSALS) this.#options.onStalled();
    else this.#flushSoon(CHANGE_INTERVAL_MS);
  }

  #deliverAll(): boolean {
    for (const [key, make] of this.#waiting) {
      const message = make();
      if (message !== undefined && !this.#options.deliver(message)) return false;
      this.#waiting.delete(key);
    }
    return true;
  }
}
