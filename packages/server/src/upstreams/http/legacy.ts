import { GOODBYE_MS } from '../bounds.ts';
import { type Caller, canBeAsked, mayBeAskedDuring } from '../capabilities.ts';
import { type Channel, type Flow, untilAborted } from '../channel.ts';
import { within } from '../clock.ts';
import type { UpstreamDescription, UpstreamRequest, Watched } from '../contract.ts';
import { CANCELLED, type Failing, type Outcome } from '../failures.ts';
import { exchange, type Reply } from './exchange.ts';
import { type LegacyCall, postCall } from './legacy-call.ts';
import type { HttpChannelOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';
import { baseHeaders } from './request-headers.ts';
import { openSession, type Session } from './session.ts';
import { sessionHeaders } from './within-session.ts';

/** A legacy server over Streamable HTTP: one session, opened at the first use and once more when it is lost (P §3.5). */
export function openLegacyHttp(options: HttpChannelOptions): Channel {
  return new LegacyHttp(options);
}

type Posted = { readonly reply: Reply; readonly id: number };

class LegacyHttp implements Channel {
  readonly era = 'legacy';
  readonly #options: HttpChannelOptions;
  #lastId = 0;
  #session: Session | undefined;
  #opening: Promise<Session | Failing> | undefined;

  constructor(options: HttpChannelOptions) {
    this.#options = options;
  }

  async send(request: UpstreamRequest, { grantId }: Caller): Promise<Outcome> {
    const first =
      this.#session ?? (await untilAborted(this.#ensureSession(), request.signal, CANCELLED.unsent));
    if (first.kind === 'failing') return first;
    const posted = await this.#post(first, { request, grantId });
    if (!isSessionLost(posted.reply, first)) return this.#finish(first, posted);
    this.#forget(first);
    const second =
      this.#session ?? (await untilAborted(this.#ensureSession(), request.signal, CANCELLED.unsent));
    // The first answer was a refusal before anything was done, so that sending again is no repetition.
    if (second.kind === 'failing') return second;
    return this.#finish(second, await this.#post(second, { request, grantId }));
  }

  async listen(wanted: Watched): Promise<Flow | Failing> {
    const session = this.#session ?? (await this.#ensureSession());
    if (session.kind === 'failing') return session;
    return session.state.listen(wanted, await session.stream.use());
  }

  async describe(): Promise<UpstreamDescription | Failing> {
    const opened = this.#session ?? (await this.#ensureSession());
    return opened.kind === 'failing' ? opened : opened.description;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#session ?? (await this.#opening);
    if (last?.kind !== 'session') return;
    this.#forget(last);
    if (last.id === undefined) return;
    const { egress, clock } = this.#options;
    const headers = sessionHeaders(baseHeaders(egress), last);
    const goodbye = exchange(egress, { method: 'DELETE', headers, body: null }, { clock });
    await within(goodbye, { clock, ms: GOODBYE_MS, late: undefined });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** All who need the session share one handshake; a failed one is forgotten. */
  #ensureSession(): Promise<Session | Failing> {
    this.#opening ??= openSession({
      ...this.#options,
      nextId: () => this.#nextId(),
      onLost: (session) => this.#forget(session),
    }).then((opened) => {
      this.#opening = undefined;
      this.#session = opened.kind === 'session' ? opened : undefined;
      return opened;
    });
    return this.#opening;
  }

  /** What was watched through the session is to be watched again through the next. */
  #forget(lost: Session): void {
    if (this.#session === lost) this.#session = undefined;
    lost.state.end();
    lost.stream.end();
  }

  #finish(used: Session, { reply, id }: Posted): Outcome {
    const outcome = outcomeOf(reply, id);
    // Deployed servers say 400 for a session that they do not know; the next request gets a new one.
    if (outcome.kind === 'failing' && (outcome.httpStatus === 400 || outcome.httpStatus === 404))
      this.#forget(used);
    return outcome;
  }

  async #post(used: Session, call: Omit<LegacyCall, 'id'>): Promise<Posted> {
    const raised = used.state.wantLevel(call.request.logLevel);
    if (raised !== undefined) await raised;
    // It may have ended since the handshake, which opened it.
    if (canBeAsked(this.#options.capabilities) && mayBeAskedDuring(call.request.method))
      await used.stream.keep();
    // What is said there of a call is heard as soon as the stream is open; the call does not wait for it.
    else if (isTold(call.request)) void used.stream.keep();
    const id = this.#nextId();
    return { reply: await postCall(this.#options, used, { ...call, id }), id };
  }
}

/** Whether somebody wants to hear what happens before the answer. */
function isTold({ logLevel, wantsProgress }: LegacyCall['request']): boolean {
  return wantsProgress || logLevel !== undefined;
}

function isSessionLost(reply: Reply, used: Session): boolean {
  return reply.kind !== 'failing' && reply.status === 404 && used.id !== undefined;
}
