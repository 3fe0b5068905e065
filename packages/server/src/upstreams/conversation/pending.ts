import { LONGEST_CALL_MS } from '../bounds.ts';
import type { CapabilitySet } from '../capabilities.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamNotification, UpstreamRequest } from '../contract.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { Patience } from '../patience.ts';
import { Questions } from '../questions.ts';
import { notifierOf } from '../server-messages.ts';

export type PendingOptions = {
  readonly clock: Clock;
  /** Milliseconds of silence, which each sign of life begins again. */
  readonly timeoutMs: number;
  readonly capabilities: CapabilitySet;
  readonly tell: (text: string) => void;
  /** Nobody waits any more although the server may still work on it. */
  readonly onAbandoned: () => void;
  readonly onSettled: (outcome: Outcome) => void;
};

/** One request that waits for its answer; it ends with that, its signal, its time or the connection. */
export class Pending {
  readonly request: UpstreamRequest;
  readonly questions: Questions;
  readonly #options: PendingOptions;
  readonly #patience: Patience;
  readonly #notify: ((notification: UpstreamNotification) => void) | undefined;
  readonly #onAbort = () => this.#abandon('cancelled', 'the request was cancelled');
  #isSettled = false;

  constructor(request: UpstreamRequest, options: PendingOptions) {
    const { clock, timeoutMs, capabilities, tell } = options;
    this.request = request;
    this.#options = options;
    this.#patience = new Patience({ clock, idleMs: timeoutMs, longestMs: LONGEST_CALL_MS });
    this.questions = new Questions({ ask: request.ask, capabilities, patience: this.#patience, tell });
    this.#notify = notifierOf(request, clock);
    request.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#patience.begin((which) => {
      const problem =
        which === 'idle' ? `no answer in ${timeoutMs} ms` : 'it took longer than any request may';
      this.#abandon('timed_out', `${request.method}: ${problem}`);
    });
  }

  notify(notification: UpstreamNotification): void {
    this.#patience.touch();
    this.#notify?.(notification);
  }

  settle(outcome: Outcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#patience.end();
    this.questions.end();
    this.request.signal.removeEventListener('abort', this.#onAbort);
    this.#options.onSettled(outcome);
  }

  #abandon(code: Failing['code'], detail: string): void {
    this.#options.onAbandoned();
    this.settle(failing(code, detail, { acted: 'maybe' }));
  }
}
