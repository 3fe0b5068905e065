import type { Dispatcher } from 'undici';
import { systemClock, within } from './clock.ts';
import type { ForwardProxy } from './contract.ts';
import { openEgress, transportFailure } from './egress.ts';
import { InterimAnswers, TOO_MANY_INTERIM } from './http/interim.ts';

export type PostRequest = {
  readonly url: string;
  /** May connect to loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
  /** Through which it goes; undefined: none. */
  readonly proxy: ForwardProxy | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for all of it. */
  readonly withinMs: number;
};

/** Only the status of the answer is looked at; `failure` is for the operator. */
export type PostReply = { readonly status: number } | { readonly failure: string };

/**
 * Sends one JSON text to an address that is no MCP server, by the same rules: no redirects, no special addresses unless
 * allowed, certificates checked. Never rejects.
 */
export async function postJson(request: PostRequest): Promise<PostReply> {
  const { allowPrivate, proxy, url, withinMs } = request;
  const clock = systemClock;
  const timeouts = { connectMs: withinMs, firstByteMs: withinMs, idleMs: withinMs };
  const egress = openEgress({ kind: 'http', url, headers: {}, allowPrivate }, { clock, timeouts, proxy });
  if ('kind' in egress) return { failure: egress.detail };
  const late = { failure: `no answer within ${withinMs} ms` };
  const answered = new Promise<PostReply>((resolve) => {
    const headers = Object.entries({ 'content-type': 'application/json', ...request.headers }).flat();
    egress.dispatch({ method: 'POST', headers, body: request.body }, new StatusHandler(resolve));
  });
  const reply = await within(answered, { clock, ms: withinMs, late });
  // What is still open has nothing more to say.
  void egress[Symbol.asyncDispose]();
  return reply;
}

/** Waits for the status, then drops the connection: nobody reads the rest. */
class StatusHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: PostReply) => void;
  readonly #interims = new InterimAnswers();
  #sent = false;

  constructor(resolve: (reply: PostReply) => void) {
    this.#resolve = resolve;
  }

  onRequestStart(): void {
    this.#sent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 && !this.#interims.isTooMany()) return;
    this.#resolve(status < 200 ? { failure: TOO_MANY_INTERIM } : { status });
    controller.abort(new Error('only the status matters'));
  }

  onResponseData(): void {
    // Dropped.
  }

  onResponseEnd(): void {
    // The status has said everything.
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#resolve({ failure: transportFailure(error, this.#sent).detail });
  }
}
