import type { JsonObject } from '@boomgate/engine';
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

export function openConversation({ send, clock, events }: Options): Conversation {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let noise = 0;

  function ask(request: UpstreamRequest, write: WriteRequest, timeoutMs: number): Promise<Outcome> {
    const { method, params, wantsProgress, signal, onNotification } = request;
    if (signal.aborted)
      return Promise.resolve(failing('cancelled', 'the request was cancelled', { acted: 'no' }));
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      const abandon = (code: 'cancelled' | 'timed_out', detail: string) => {
        if (method !== 'initialize') send(cancelledText(id));
        settle(failing(code, detail, { acted: 'maybe' }));
      };
      const onAbort = () => abandon('cancelled', 'the request was cancelled');
      const startTimer = () =>
        clock.after(timeoutMs, () => abandon('timed_out', `no answer to ${method} in ${timeoutMs} ms`));
      let cancelTimer = startTimer();
      const settle = (outcome: Outcome) => {
        if (!pending.delete(id)) return;
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      const restartTimer = () => {
        cancelTimer();
        cancelTimer = startTimer();
      };
      const notify = onNotification === undefined ? undefined : throttled(clock, onNotification);
      pending.set(id, { settle, notify, restartTimer });
      signal.addEventListener('abort', onAbort, { once: true });
      if (!send(write({ id, method, params, wantsProgress }))) {
        settle(failing('broken', 'the process does not read its stdin', { acted: 'no' }));
      }
    });
  }

  function onLine(line: string): void {
    const read = readMessage(line);
    if (!read.ok) {
      if (line.trim() !== '') noise += 1;
    } else if (read.message['method'] === undefined) {
      onAnswer(read.message, Buffer.byteLength(line));
    } else {
      onServerMessage(read.message);
    }
  }

  function onAnswer(message: JsonObject, bytes: number): void {
    const { id } = message;
    const waiting = typeof id === 'number' ? pending.get(id) : undefined;
    // An answer that nobody waits for is late, or not to us: it is nobody's.
    if (typeof id !== 'number' || waiting === undefined) return;
    const answer = readAnswer(message, id);
    if (answer.kind === 'bad') waiting.settle(failing('bad_answer', answer.problem, { acted: 'maybe' }));
    else waiting.settle({ ...answer, bytes });
  }

  function onServerMessage(message: JsonObject): void {
    const answer = answerServerRequest(message);
    if (answer !== undefined) {
      tell(answer);
      return;
    }
    const found = toNotification(message);
    if (found === undefined) {
      for (const kind of changedListings(message['method'])) events.onListChanged(kind);
      return;
    }
    // Log messages name no request, so that on a shared process they are nobody's (P §3.3).
    const waiting = typeof found.token === 'number' ? pending.get(found.token) : undefined;
    waiting?.restartTimer();
    waiting?.notify?.(found.notification);
  }

  function tell(text: string): void {
    send(text);
  }

  function fail(failure: Failing): void {
    for (const { settle } of [...pending.values()]) settle(failure);
  }

  return { ask, tell, onLine, fail, open: () => pending.size, noise: () => noise };
}
