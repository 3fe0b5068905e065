import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from './clock.ts';
import type { ForwardProxy } from './contract.ts';
import { type EgressRequest, openEgress, transportFailure } from './egress.ts';
import { type BodyReader, wholeBody } from './http/body-readers.ts';
import { InterimAnswers, TOO_MANY_INTERIM } from './http/interim.ts';

/** Texts behind one address: pages of a registry. */
export interface TextSource extends AsyncDisposable {
  /** Path and query of the same origin. Redirects are not followed. Never rejects. */
  get(path: string, signal?: AbortSignal): Promise<FetchedText>;
}

export type FetchedText =
  | { readonly ok: true; readonly text: string }
  /** `why`: for the person who gave the address. */
  | { readonly ok: false; readonly why: string };

/** Milliseconds: a registry that takes longer is better asked again later. */
const TIMEOUTS = { connectMs: 10_000, firstByteMs: 30_000, idleMs: 30_000 };

export type TextSourceOptions = {
  readonly allowPrivate: boolean;
  /** Through which it goes; undefined: none. */
  readonly proxy: ForwardProxy | undefined;
  /** Bytes of one text at most. */
  readonly maxBytes: number;
  readonly clock?: Clock;
};

/** Opens the way to an address, with the same rules as to servers; or says why it cannot be used. */
export function openTextSource(
  url: string,
  { allowPrivate, clock = systemClock, maxBytes, proxy }: TextSourceOptions,
): TextSource | { readonly why: string } {
  const egress = openEgress(
    { kind: 'http', url, headers: {}, allowPrivate },
    { timeouts: TIMEOUTS, clock, proxy },
  );
  if ('kind' in egress) return { why: egress.detail };
  return {
    get: (path, signal) =>
      new Promise((resolve) => {
        const request: EgressRequest = { method: 'GET', headers: HEADERS, body: null, path };
        egress.dispatch(request, new TextHandler(maxBytes, resolve, signal));
      }),
    [Symbol.asyncDispose]: () => egress[Symbol.asyncDispose](),
  };
}

const HEADERS = ['accept', 'application/json', 'user-agent', 'boomgate'];

/** Follows one exchange through the callbacks of undici and settles once. */
class TextHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (fetched: FetchedText) => void;
  readonly #body: BodyReader;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = (): void => this.#refuse('it was interrupted');
  #controller: Dispatcher.DispatchController | undefined;
  readonly #interims = new InterimAnswers();
  #isSettled = false;

  constructor(maxBytes: number, resolve: (fetched: FetchedText) => void, signal: AbortSignal | undefined) {
    this.#resolve = resolve;
    this.#signal = signal;
    this.#body = wholeBody(
      {
        onText: (text) => this.#settle({ ok: true, text }),
        inTurn: (_, work) => work(),
        onProblem: (_, problem) => this.#refuse(problem),
      },
      maxBytes,
    );
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(new Error('it was interrupted'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    if (status < 200 && this.#interims.isTooMany()) this.#refuse(TOO_MANY_INTERIM);
    if (status >= 200 && status !== 200) this.#refuse(`expected HTTP 200, found ${status}`);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isSettled) this.#body.data(chunk);
  }

  onResponseEnd(): void {
    if (!this.#isSettled) this.#body.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle({ ok: false, why: transportFailure(error, true).detail });
  }

  #refuse(why: string): void {
    this.#settle({ ok: false, why });
    this.#controller?.abort(new Error(why));
  }

  #settle(fetched: FetchedText): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#resolve(fetched);
  }
}
