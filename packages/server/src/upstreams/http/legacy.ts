import type { JsonObject } from '@boomgate/engine';
import { GOODBYE_MS } from '../bounds.ts';
import { type Channel, untilAborted } from '../channel.ts';
import { within } from '../clock.ts';
import type { UpstreamDescription, UpstreamRequest } from '../contract.ts';
import { cancelledText, writeLegacyRequest } from '../envelope.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { addLegacyHeaders } from '../headers.ts';
import { answerServerRequest } from '../server-messages.ts';
import { exchange, type Reply } from './exchange.ts';
import type { HttpChannelOptions } from './modern.ts';
import { outcomeOf } from './outcome.ts';
import { relayTo } from './relay.ts';
import { baseHeaders } from './request-headers.ts';
import { openSession, type Session, sessionHeaders, tell } from './session.ts';

const cancelled = failing('cancelled', 'the request was cancelled', { acted: 'no' });

/** A legacy server over Streamable HTTP: one session, opened at the first use and once more when it is lost (P §3.5). */
export function openLegacyHttp(options: HttpChannelOptions): Channel {
  return new LegacyHttp(options);
}

type Posted = { readonly reply: Reply; readonly id: number };

class LegacyHttp implements Channel {
  readonly era = 'legacy';
  readonly #options: HttpChannelOptions;
  readonly #base: readonly string[];
  #lastId = 0;
  #session: Session | undefined;
  #opening: Promise<Session | Failing> | undefined;

  constructor(options: HttpChannelOptions) {
    this.#options = options;
    this.#base = baseHeaders(options.egress);
  }

  async send(request: UpstreamRequest): Promise<Outcome> {
    const first = this.#session ?? (await untilAborted(this.#ensureSession(), request.signal, cancelled));
    if (first.kind === 'failing') return first;
    const posted = await this.#post(first, request);
    if (!isSessionLost(posted.reply, first)) return this.#finish(first, posted);
    this.#forget(first);
    const second = this.#session ?? (await untilAborted(this.#ensureSession(), request.signal, cancelled));
    // The first answer was a refusal before anything was done, so that sending again is no repetition.
    return second.kind === 'failing' ? second : this.#finish(second, await this.#post(second, request));
  }

  async describe(): Promise<UpstreamDescription | Failing> {
    const opened = this.#session ?? (await this.#ensureSession());
    return opened.kind === 'failing' ? opened : opened.description;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#session ?? (await this.#opening);
    if (last?.kind !== 'session' || last.id === undefined) return;
    this.#session = undefined;
    const { egress, clock } = this.#options;
    const headers = sessionHeaders(this.#options, last);
    const goodbye = exchange(egress, { method: 'DELETE', headers, body: null }, { clock });
    await within(goodbye, { clock, ms: GOODBYE_MS, late: undefined });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** All who need the session share one handshake; a failed one is forgotten. */
  #ensureSession(): Promise<Session | Failing> {
    this.#opening ??= openSession(this.#options, this.#nextId()).then((opened) => {
      this.#opening = undefined;
      this.#session = opened.kind === 'session' ? opened : undefined;
      return opened;
    });
    return this.#opening;
  }

  #forget(lost: Session): void {
    if (this.#session === lost) this.#session = undefined;
  }

  #finish(used: Session, { reply, id }: Posted): Outcome {
    const outcome = outcomeOf(reply, id);
    // Deployed servers say 400 for a session that they do not know; the next request gets a new one.
    if (outcome.kind === 'failing' && (outcome.httpStatus === 400 || outcome.httpStatus === 404))
      this.#forget(used);
    return outcome;
  }

  async #post(used: Session, request: UpstreamRequest): Promise<Posted> {
    const { egress, clock } = this.#options;
    const id = this.#nextId();
    const { method, params, wantsProgress, signal } = request;
    const headers = addLegacyHeaders([...this.#base], request, used);
    const body = writeLegacyRequest({ id, method, params, wantsProgress });
    const relay = relayTo(request, id, this.#options);
    const onSideMessage = (message: JsonObject) => {
      const answer = answerServerRequest(message);
      if (answer === undefined) relay(message);
      else void tell(this.#options, used, answer);
    };
    const reply = await exchange(egress, { method: 'POST', headers, body }, { clock, signal, onSideMessage });
    // A legacy server goes on when the stream closes: it must be told (P §3.6).
    if (reply.kind === 'failing' && abandoned(reply)) void tell(this.#options, used, cancelledText(id));
    return { reply, id };
  }
}

function isSessionLost(reply: Reply, used: Session): boolean {
  return reply.kind !== 'failing' && reply.status === 404 && used.id !== undefined;
}

/** Requests that may still run at the server although nobody waits for them. */
function abandoned(reply: Failing): boolean {
  return reply.acted === 'maybe' && (reply.code === 'cancelled' || reply.code === 'timed_out');
}
