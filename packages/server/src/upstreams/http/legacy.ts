import type { JsonObject } from '@boomgate/engine';
import { GOODBYE_MS } from '../bounds.ts';
import { type Channel, untilAborted } from '../channel.ts';
import { within } from '../clock.ts';
import type { UpstreamRequest } from '../contract.ts';
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
  const { egress, clock } = options;
  const base = baseHeaders(egress);
  let lastId = 0;
  let session: Session | undefined;
  let opening: Promise<Session | Failing> | undefined;

  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  /** All who need the session share one handshake; a failed one is forgotten. */
  function ensureSession(): Promise<Session | Failing> {
    opening ??= openSession(options, nextId()).then((opened) => {
      opening = undefined;
      session = opened.kind === 'session' ? opened : undefined;
      return opened;
    });
    return opening;
  }

  function forget(lost: Session): void {
    if (session === lost) session = undefined;
  }

  async function send(request: UpstreamRequest): Promise<Outcome> {
    const first = session ?? (await untilAborted(ensureSession(), request.signal, cancelled));
    if (first.kind === 'failing') return first;
    const reply = await post(first, request);
    if (!isSessionLost(reply.reply, first)) return finish(first, reply);
    forget(first);
    const second = session ?? (await untilAborted(ensureSession(), request.signal, cancelled));
    // The first answer was a refusal before anything was done, so that sending again is no repetition.
    return second.kind === 'failing' ? second : finish(second, await post(second, request));
  }

  function finish(used: Session, { reply, id }: Posted): Outcome {
    const outcome = outcomeOf(reply, id);
    // Deployed servers say 400 for a session that they do not know; the next request gets a new one.
    if (outcome.kind === 'failing' && (outcome.httpStatus === 400 || outcome.httpStatus === 404))
      forget(used);
    return outcome;
  }

  type Posted = { readonly reply: Reply; readonly id: number };

  async function post(used: Session, request: UpstreamRequest): Promise<Posted> {
    const id = nextId();
    const { method, params, wantsProgress, signal } = request;
    const headers = addLegacyHeaders([...base], request, used);
    const body = writeLegacyRequest({ id, method, params, wantsProgress });
    const relay = relayTo(request, id, options);
    const onSideMessage = (message: JsonObject) => {
      const answer = answerServerRequest(message);
      if (answer === undefined) relay(message);
      else void tell(options, used, answer);
    };
    const reply = await exchange(egress, { method: 'POST', headers, body }, { clock, signal, onSideMessage });
    // A legacy server goes on when the stream closes: it must be told (P §3.6).
    if (reply.kind === 'failing' && abandoned(reply)) void tell(options, used, cancelledText(id));
    return { reply, id };
  }

  return {
    era: 'legacy',
    send,
    async describe() {
      const opened = session ?? (await ensureSession());
      return opened.kind === 'failing' ? opened : opened.description;
    },
    async [Symbol.asyncDispose]() {
      const last = session ?? (await opening);
      if (last?.kind !== 'session' || last.id === undefined) return;
      session = undefined;
      const goodbye = exchange(
        egress,
        { method: 'DELETE', headers: sessionHeaders(options, last), body: null },
        { clock },
      );
      await within(goodbye, { clock, ms: GOODBYE_MS, late: undefined });
    },
  };
}

function isSessionLost(reply: Reply, used: Session): boolean {
  return reply.kind !== 'failing' && reply.status === 404 && used.id !== undefined;
}

/** Requests that may still run at the server although nobody waits for them. */
function abandoned(reply: Failing): boolean {
  return reply.acted === 'maybe' && (reply.code === 'cancelled' || reply.code === 'timed_out');
}
