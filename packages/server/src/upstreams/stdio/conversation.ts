import type { JsonObject } from '@boomgate/engine';
import { LONGEST_CALL_MS } from '../bounds.ts';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamNotification, UpstreamRequest } from '../contract.ts';
import { cancelledText, type WriteRequest } from '../envelope.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { readAnswer, readMessage } from '../read-answer.ts';
import { answerServerRequest, changedListings, throttled, toNotification } from '../server-messages.ts';

/** Requests and answers over the lines of one process. Ids are ours, so that no two callers can meet. */
export type Conversation = {
  /** Waits at most `timeoutMs`, which each progress notification begins again. */
  readonly ask: (request: UpstreamRequest, write: WriteRequest, timeoutMs: number) => Promise<Outcome>;
  readonly tell: (text: string) => void;
  readonly onLine: (line: string) => void;
  /** Ends every open request. */
  readonly fail: (failure: Failing) => void;
  readonly open: () => number;
  /** Lines that were no JSON-RPC message. */
  readonly noise: () => number;
};

type Pending = {
  readonly settle: (outcome: Outcome) => void;
  readonly notify: ((notification: UpstreamNotification) => void) | undefined;
  readonly restartTimer: () => void;
};

type Options = {
  readonly send: (line: string) => boolean;
  readonly clock: Clock;
  readonly events: ChannelEvents;
};

export function openConversation(options: Options): Conversation {
  const lines = new LineConversation(options);
  return {
    ask: (request, write, timeoutMs) => lines.ask(request, write, timeoutMs),
    tell: (text) => lines.tell(text),
    onLine: (line) => lines.onLine(line),
    fail: (failure) => lines.fail(failure),
    open: () => lines.open,
    noise: () => lines.noise,
  };
}

class LineConversation {
  readonly #options: Options;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  noise = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get open(): number {
    return this.#pending.size;
  }

  ask(request: UpstreamRequest, write: WriteRequest, timeoutMs: number): Promise<Outcome> {
    const { method, params, wantsProgress, signal } = request;
    if (signal.aborted)
      return Promise.resolve(failing('cancelled', 'the request was cancelled', { acted: 'no' }));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const settle = this.#wait(id, request, { timeoutMs, resolve });
      if (!this.#options.send(write({ id, method, params, wantsProgress }))) {
        settle(failing('broken', 'the process does not read its stdin', { acted: 'no' }));
      }
    });
  }

  /** Registers a request; it ends with its answer, its signal, its time or the process. */
  #wait(
    id: number,
    { method, signal, onNotification }: UpstreamRequest,
    { timeoutMs, resolve }: { timeoutMs: number; resolve: (outcome: Outcome) => void },
  ): Pending['settle'] {
    const { clock, send } = this.#options;
    const abandon = (code: 'cancelled' | 'timed_out', detail: string) => {
      if (method !== 'initialize') send(cancelledText(id));
      settle(failing(code, detail, { acted: 'maybe' }));
    };
    const onAbort = () => abandon('cancelled', 'the request was cancelled');
    const startTimer = () =>
      clock.after(timeoutMs, () => abandon('timed_out', `no answer to ${method} in ${timeoutMs} ms`));
    let cancelTimer = startTimer();
    let cancelLongest: (() => void) | undefined;
    const settle = (outcome: Outcome) => {
      if (!this.#pending.delete(id)) return;
      cancelTimer();
      cancelLongest?.();
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const restartTimer = () => {
      cancelLongest ??= clock.after(LONGEST_CALL_MS, () =>
        abandon('timed_out', `${method} took longer than any request may`),
      );
      cancelTimer();
      cancelTimer = startTimer();
    };
    const notify = onNotification === undefined ? undefined : throttled(clock, onNotification);
    this.#pending.set(id, { settle, notify, restartTimer });
    signal.addEventListener('abort', onAbort, { once: true });
    return settle;
  }

  onLine(line: string): void {
    const read = readMessage(line);
    if (!read.ok) {
      if (line.trim() !== '') this.noise += 1;
    } else if (read.message['method'] === undefined) {
      this.#onAnswer(read.message, Buffer.byteLength(line));
    } else {
      this.#onServerMessage(read.message);
    }
  }

  #onAnswer(message: JsonObject, bytes: number): void {
    const { id } = message;
    const waiting = typeof id === 'number' ? this.#pending.get(id) : undefined;
    // An answer that nobody waits for is late, or not to us: it is nobody's.
    if (typeof id !== 'number' || waiting === undefined) return;
    const answer = readAnswer(message, id);
    if (answer.kind === 'bad') waiting.settle(failing('bad_answer', answer.problem, { acted: 'maybe' }));
    else waiting.settle({ ...answer, bytes });
  }

  #onServerMessage(message: JsonObject): void {
    const answer = answerServerRequest(message);
    if (answer !== undefined) {
      this.tell(answer);
      return;
    }
    const found = toNotification(message);
    if (found === undefined) {
      for (const kind of changedListings(message['method'])) this.#options.events.onListChanged(kind);
      return;
    }
    // Log messages name no request, so that on a shared process they are nobody's (P §3.3).
    const waiting = typeof found.token === 'number' ? this.#pending.get(found.token) : undefined;
    waiting?.restartTimer();
    waiting?.notify?.(found.notification);
  }

  tell(text: string): void {
    this.#options.send(text);
  }

  fail(failure: Failing): void {
    for (const { settle } of [...this.#pending.values()]) settle(failure);
  }
}
