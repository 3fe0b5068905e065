import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { systemClock, within } from './clock.ts';
import type { ForwardProxy, TlsSettings } from './contract.ts';
import { openEgress, transportFailure } from './egress.ts';
import { type BodyReader, wholeBody } from './http/body-readers.ts';
import { InterimAnswers, TOO_MANY_INTERIM } from './http/interim.ts';
import type { Resolve } from './resolve.ts';

export type TextRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** May connect to loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
  /** Through which it goes; undefined: none. */
  readonly proxy: ForwardProxy | undefined;
  readonly tls?: TlsSettings | undefined;
  /** How its name is found, where not as usual. */
  readonly resolve?: Resolve | undefined;
  /** Bytes of the answer at most. */
  readonly maxBytes: number;
  /** Milliseconds for all of it. */
  readonly withinMs: number;
};

/** It has no content (RFC 9110 §15.3.6); parts of the platform throw where it has. */
const RESET_CONTENT = 205;
/** RFC 9110 §15. */
const STATUS_MAX = 599;

export type TextAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
  /** For the operator. */
  | { readonly failure: string };

/**
 * One request to an address that is no MCP server, with its whole answer, by the same rules: no redirects, no special addresses
 * unless allowed, certificates checked. Never rejects.
 */
export async function exchangeText(request: TextRequest): Promise<TextAnswer> {
  const { allowPrivate, body, headers, maxBytes, method, proxy, resolve, tls, url, withinMs } = request;
  const clock = systemClock;
  const timeouts = { connectMs: withinMs, firstByteMs: withinMs, idleMs: withinMs };
  const target = {
    kind: 'http' as const,
    url,
    headers: {},
    allowPrivate,
    ...(tls === undefined ? {} : { tls }),
  };
  const egress = openEgress(target, { clock, timeouts, proxy, resolve });
  if ('kind' in egress) return { failure: egress.detail };
  const late = { failure: `no answer within ${withinMs} ms` };
  const answered = new Promise<TextAnswer>((resolve) => {
    const flat = Object.entries(headers).flat();
    egress.dispatch({ method, headers: flat, body }, new AnswerHandler(maxBytes, resolve));
  });
  const answer = await within(answered, { clock, ms: withinMs, late });
  // What is still open has nothing more to say.
  void egress[Symbol.asyncDispose]();
  return answer;
}

/** Follows one exchange through the callbacks of undici; of several words the first one counts. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: TextAnswer) => void;
  readonly #body: BodyReader;
  #controller: Dispatcher.DispatchController | undefined;
  readonly #interims = new InterimAnswers();
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #hasFailed = false;

  constructor(maxBytes: number, resolve: (answer: TextAnswer) => void) {
    this.#resolve = resolve;
    this.#body = wholeBody(
      {
        onText: (text) => {
          const said = this.#status === RESET_CONTENT ? '' : text;
          resolve({ status: this.#status, headers: this.#headers, text: said });
        },
        inTurn: (_, work) => work(),
        onProblem: (_, problem) => this.#fail(problem),
      },
      maxBytes,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      if (this.#interims.isTooMany()) this.#fail(TOO_MANY_INTERIM);
      return;
    }
    this.#status = status;
    if (status > STATUS_MAX) this.#fail(`expected an answer of HTTP, found status ${status}`);
    const single = Object.entries(headers).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    );
    this.#headers = Object.fromEntries(single);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#hasFailed) this.#body.data(chunk);
  }

  onResponseEnd(): void {
    if (!this.#hasFailed) this.#body.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#resolve({ failure: transportFailure(error, true).detail });
  }

  #fail(why: string): void {
    this.#hasFailed = true;
    this.#resolve({ failure: why });
    this.#controller?.abort(new Error(why));
  }
}
