import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '@boomgate/engine';
import type { Dispatcher } from 'undici';
import type { AnswerRoom, Arriving } from '../answer-room.ts';
import { ANSWER_BYTES, ERROR_BODY_BYTES, LONGEST_CALL_MS, STREAM_LINGER_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import { type EgressRequest, transportFailure, type Way } from '../egress.ts';
import { CANCELLED, type Failing, failing } from '../failures.ts';
import { GATEWAY } from '../own-request.ts';
import type { Patience } from '../patience.ts';
import { readMessage } from '../read-answer.ts';
import {
  afterBlankLine,
  type BodyReader,
  type BodySink,
  eventStream,
  ignoredBody,
  type StreamEvent,
  wholeBody,
} from './body-readers.ts';
import { InterimAnswers, TOO_MANY_INTERIM } from './interim.ts';
import { redirected } from './redirect.ts';
import type { Turn, Turns } from './turns.ts';
import { withToken } from './with-token.ts';

/** What came back for one HTTP request: a JSON-RPC answer, only a head, or a failure of the transport. */
export type Reply =
  | {
      readonly kind: 'message';
      readonly message: JsonObject;
      readonly bytes: number;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
    }
  | { readonly kind: 'head'; readonly status: number; readonly headers: IncomingHttpHeaders }
  | Failing;

export type ExchangeOptions = {
  readonly clock: Clock;
  /** Whose turn it takes; absent: the gateway's own. */
  readonly grantId?: string;
  readonly signal?: AbortSignal;
  /** Requests and notifications on the stream of this exchange; never called after its answer. */
  readonly onSideMessage?: (message: JsonObject) => void;
  /**
   * Waits in place of the transport, whose own bound of silence is then switched off: for exchanges in which the server
   * waits for a person.
   */
  readonly patience?: Patience;
  /** The ids of the events and the wait before a reconnection, by which a broken stream is read on (P §3.5). */
  readonly onEventId?: (id: string) => void;
  readonly onRetry?: (ms: number) => void;
  /** The answer is a stream without end: each event goes here and none is an answer; over with the stream or the signal. */
  readonly onEvent?: (event: StreamEvent) => void;
  /** The head of such a stream arrived. */
  readonly onOpen?: () => void;
};

/** Sends one request and reads its answer, with the token of the gateway where it is signed in. Never rejects. */
export function exchange(way: Way, request: EgressRequest, options: ExchangeOptions): Promise<Reply> {
  const { credential } = way;
  if (credential === undefined) return exchangeOnce(way, request, options);
  return withToken(credential, request, (signed) => exchangeOnce(way, signed, options));
}

function exchangeOnce(way: Way, request: EgressRequest, options: ExchangeOptions): Promise<Reply> {
  if (options.signal?.aborted === true) return Promise.resolve(CANCELLED.unsent);
  const sent = options.patience === undefined ? request : { ...request, bodyTimeout: 0 };
  const headMs = request.headersTimeout ?? way.headMs;
  return new Promise((resolve) => {
    const { room, turns } = way;
    const url = request.path === undefined ? way.url : undefined;
    const handler = new ExchangeHandler(options, { room, turns, url, headMs, resolve });
    handler.begin(() => way.dispatch(sent, handler));
  });
}

/** It says nothing of the server, which may be one of many that answer at length. */
const NO_ROOM = failing('too_large', 'answers that come in take as much memory as they may', {
  acted: 'maybe',
  message:
    'the gateway has no room for this answer while so many large ones come in; the call may still have had an effect, and later there is room',
});

/** Events of other names are no messages: servers send them as signs of life, and clients leave them alone. */
function messagesTo({ inTurn, onText }: BodySink): (event: StreamEvent) => void {
  return ({ data, type }) => {
    if (type === 'message') inTurn(data.length, () => onText(data));
  };
}

function eachInTurn({ inTurn }: BodySink, onEvent: (event: StreamEvent) => void): typeof onEvent {
  return (event) => inTurn(event.data.length, () => onEvent(event));
}

type Surroundings = {
  readonly room: AnswerRoom;
  readonly turns: Turns;
  /** As `Way` has it, for this request. */
  readonly headMs: number;
  /** Where the request goes, if that is the address of the server. */
  readonly url: URL | undefined;
  readonly resolve: (reply: Reply) => void;
};

/** Follows one exchange through the callbacks of undici and settles once. */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #turns: Turns;
  readonly #arriving: Arriving;
  readonly #grantId: string;
  readonly #headMs: number;
  readonly #url: URL | undefined;
  readonly #interims = new InterimAnswers();
  readonly #resolve: (reply: Reply) => void;
  readonly #abort = (): void => this.#fail(this.#sent ? CANCELLED.sent : CANCELLED.unsent);
  #controller: Dispatcher.DispatchController | undefined;
  #body: BodyReader | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #contentType = '';
  #bytes = 0;
  #startedMs = 0;
  #sent = false;
  #settled = false;
  #waits: Turn | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(options: ExchangeOptions, { headMs, resolve, room, turns, url }: Surroundings) {
    this.#options = options;
    this.#turns = turns;
    this.#url = url;
    this.#arriving = room.arriving({
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
    });
    this.#grantId = options.grantId ?? GATEWAY.grantId;
    this.#headMs = headMs;
    this.#resolve = resolve;
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Dispatches as soon as it is this request's turn. */
  begin(dispatch: () => void): void {
    const turn: Turn = {
      grantId: this.#grantId,
      begin: () => {
        this.#waits = undefined;
        dispatch();
      },
      late: () =>
        this.#fail(failing('timed_out', 'no connection to the server was free in time', { acted: 'no' })),
    };
    const taken = this.#turns.take(turn);
    if (taken === 'waits') this.#waits = turn;
    if (taken === 'full')
      this.#fail(failing('unreachable', 'too many requests wait for this server', { acted: 'no' }));
  }

  /** Called just before the first byte is written: from here on the server may act. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#startedMs = this.#options.clock.now();
    if (this.#settled) controller.abort(new Error('cancelled before it was sent'));
    else this.#sent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#interim();
      return;
    }
    this.#status = status;
    this.#headers = headers;
    this.#startedMs = this.#options.clock.now();
    const encoding = headers['content-encoding'];
    if (status >= 300 && status < 400) {
      this.#fail(redirected(this.#url, status, headers));
    } else if (encoding !== undefined && encoding !== 'identity') {
      this.#refuse('bad_answer', 'answered with an encoded body, which was not asked for');
    } else {
      // The names of media types have no case. A header that came twice is a list, which its types do not say.
      this.#contentType = String(headers['content-type'] ?? '').toLowerCase();
      this.#body = this.#reader();
      if (this.#streams()) this.#options.onOpen?.();
      this.#options.patience?.begin((which) =>
        this.#fail(failing('timed_out', `the answer took too long (${which})`, { acted: 'maybe' })),
      );
    }
  }

  /** With each of these the transport begins to wait for the head anew; together they get no more time than a head. */
  #interim(): void {
    const waitedMs = this.#options.clock.now() - this.#startedMs;
    if (this.#interims.isTooMany()) this.#fail(failing('bad_answer', TOO_MANY_INTERIM, { acted: 'maybe' }));
    else if (this.#headMs > 0 && waitedMs >= this.#headMs)
      this.#fail(failing('timed_out', `no answer in ${this.#headMs} ms`, { acted: 'maybe' }));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#settled) return;
    const { clock, patience, onEvent } = this.#options;
    patience?.touch();
    // Silence has its own bound, so that a look at every chunk is enough.
    if (onEvent === undefined && clock.now() - this.#startedMs >= LONGEST_CALL_MS)
      this.#fail(failing('timed_out', 'the answer took longer than any may', { acted: 'maybe' }));
    else this.#take(chunk);
  }

  #take(chunk: Buffer): void {
    this.#body?.data(chunk);
    const rest = this.#streams() ? afterBlankLine(chunk) : undefined;
    if (rest !== undefined) this.#arriving.letGo();
    if (!this.#settled && !this.#arriving.take(rest ?? chunk.length)) this.#fail(NO_ROOM);
  }

  onResponseEnd(): void {
    this.#over();
    if (this.#settled) return;
    this.#body?.end();
    this.#afterWhatCame(() => {
      if (!this.#settled && this.#streams()) this.#refuse('broken', 'the stream ended before the answer');
      this.#settle({ kind: 'head', status: this.#status, headers: this.#headers });
    });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#over();
    this.#afterWhatCame(() => this.#settle(transportFailure(error, this.#sent)));
  }

  /** What waits to be read may hold the answer. */
  #afterWhatCame(end: () => void): void {
    this.#arriving.read(0, end);
  }

  /** Called once, when the connection is free again. */
  #over(): void {
    this.#cancelLinger?.();
    this.#turns.done(this.#grantId);
  }

  #streams(): boolean {
    return this.#contentType.startsWith('text/event-stream') && this.#status < 300;
  }

  #reader(): BodyReader {
    const sink: BodySink = {
      onText: (text) => this.#read(text),
      inTurn: (characters, work) => this.#arriving.read(characters, work),
      onProblem: (code, problem) => this.#refuse(code, problem),
    };
    const { onEvent, onEventId: onId, onRetry } = this.#options;
    const onEach = onEvent === undefined ? messagesTo(sink) : eachInTurn(sink, onEvent);
    if (this.#streams()) return eventStream({ onProblem: sink.onProblem, onEvent: onEach, onId, onRetry });
    if (!this.#contentType.startsWith('application/json')) return ignoredBody(sink, ERROR_BODY_BYTES);
    return wholeBody(sink, this.#status < 300 ? ANSWER_BYTES : ERROR_BODY_BYTES);
  }

  #read(text: string): void {
    if (this.#settled) return;
    const read = readMessage(text);
    if (!read.ok) {
      // An error page says nothing that its status does not say; an answer that cannot be read is a failure.
      if (this.#status < 300) this.#refuse('bad_answer', read.problem);
    } else if (read.message['method'] !== undefined) {
      this.#options.onSideMessage?.(read.message);
    } else {
      const { message } = read;
      this.#settle({
        kind: 'message',
        message,
        bytes: this.#bytes,
        status: this.#status,
        headers: this.#headers,
      });
      if (this.#streams()) this.#linger();
    }
  }

  /** A stream normally ends with its answer; one that stays open is closed, so that it holds no connection. */
  #linger(): void {
    this.#cancelLinger = this.#options.clock.after(STREAM_LINGER_MS, () =>
      this.#controller?.abort(new Error('the stream stayed open')),
    );
  }

  #refuse(code: Failing['code'], detail: string): void {
    // A refusal with a status below 500 was given before anything was done (P §1.4).
    const acted = this.#status >= 400 && this.#status < 500 ? 'no' : 'maybe';
    this.#fail(failing(code, detail, { acted, httpStatus: this.#status }));
  }

  #fail(failure: Failing): void {
    this.#settle(failure);
    this.#controller?.abort(new Error(failure.detail));
  }

  #settle(reply: Reply): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.patience?.end();
    this.#arriving.close();
    this.#body = undefined;
    if (this.#waits !== undefined) this.#turns.leave(this.#waits);
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#resolve(reply);
  }
}
