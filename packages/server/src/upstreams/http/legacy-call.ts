import type { JsonObject } from '@boomgate/engine';
import { LONGEST_CALL_MS } from '../bounds.ts';
import { mayBeAskedDuring } from '../capabilities.ts';
import type { UpstreamRequest } from '../contract.ts';
import { cancelledText, writeLegacyRequest } from '../envelope.ts';
import type { Failing } from '../failures.ts';
import { addLegacyHeaders } from '../headers.ts';
import { Patience } from '../patience.ts';
import { Questions } from '../questions.ts';
import { answerServerRequest, notifierOf } from '../server-messages.ts';
import { type ExchangeOptions, exchange, type Reply } from './exchange.ts';
import type { HttpChannelOptions } from './options.ts';
import { relayTo } from './relay.ts';
import { baseHeaders } from './request-headers.ts';
import { Resumption, readOn } from './resume.ts';
import type { Session } from './session.ts';
import { type SessionName, tell } from './within-session.ts';

export type LegacyCall = {
  readonly id: number;
  readonly request: UpstreamRequest;
  readonly grantId: string;
};

/** Posts one request within a session and reads its answer, over as many streams as the server needs for it. */
export async function postCall(
  options: HttpChannelOptions,
  session: SessionName & Pick<Session, 'underWay'>,
  { grantId, id, request }: LegacyCall,
): Promise<Reply> {
  const { egress, clock, capabilities, events } = options;
  const { signal } = request;
  const tellServer = (text: string) => void tell(options, session, text);
  const canAsk = request.ask !== undefined && mayBeAskedDuring(request.method);
  const patience = canAsk ? patienceFor(options) : undefined;
  const questions = patience && new Questions({ ask: request.ask, capabilities, patience, tell: tellServer });
  const notify = notifierOf(request, clock);
  const relay = relayTo({ id, notify, events });
  const onSideMessage = (message: JsonObject) => {
    if (questions?.take(message) === true) return;
    const answer = answerServerRequest(message);
    if (answer === undefined) relay(message);
    else tellServer(answer);
  };
  const resumption = new Resumption();
  const listening: ExchangeOptions = {
    clock,
    grantId,
    signal,
    onSideMessage,
    onEventId: (event) => resumption.saw(event),
    onRetry: (ms) => resumption.asked(ms),
    ...(patience === undefined ? {} : { patience }),
  };
  const headers = addLegacyHeaders([...baseHeaders(egress)], request, session);
  const body = writeLegacyRequest(id, request, capabilities);
  session.underWay.begin(id, { request, questions, notify });
  const first = await exchange(egress, { method: 'POST', headers, body }, listening);
  const reply = resumption.isDue(first)
    ? await readOn(first, { egress, session, resumption, listening })
    : first;
  questions?.end();
  if (reply.kind === 'failing' && reply.acted === 'maybe') session.underWay.giveUp(id);
  else session.underWay.end(id);
  // A legacy server goes on when the stream closes: it must be told (P §3.6).
  if (reply.kind === 'failing' && isAbandoned(reply)) tellServer(cancelledText(id));
  return reply;
}

function patienceFor({ egress, clock }: HttpChannelOptions): Patience {
  return new Patience({ clock, idleMs: egress.timeouts.idleMs, longestMs: LONGEST_CALL_MS });
}

/** Requests that may still run at the server although nobody waits for them. */
function isAbandoned(reply: Failing): boolean {
  return reply.acted === 'maybe' && (reply.code === 'cancelled' || reply.code === 'timed_out');
}
