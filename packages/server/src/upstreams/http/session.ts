import type { JsonObject } from '@boomgate/engine';
import { SETTLING_MS } from '../bounds.ts';
import { canBeAsked } from '../capabilities.ts';
import { within } from '../clock.ts';
import type { UpstreamDescription } from '../contract.ts';
import { UnderWay } from '../conversation/under-way.ts';
import { readInitialization } from '../description.ts';
import { INITIALIZED, initializeParams, writeLegacyRequest } from '../envelope.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { addLegacyHeaders } from '../headers.ts';
import { SessionState } from '../legacy/session-state.ts';
import { ownRequest } from '../own-request.ts';
import { exchange } from './exchange.ts';
import type { HttpChannelOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';
import { baseHeaders } from './request-headers.ts';
import { SessionStream } from './session-stream.ts';
import { type SessionName, tell } from './within-session.ts';

/** A negotiated legacy session. */
export type Session = SessionName & {
  readonly kind: 'session';
  readonly description: UpstreamDescription;
  readonly state: SessionState;
  readonly stream: SessionStream;
  readonly underWay: UnderWay;
};

export type SessionOptions = HttpChannelOptions & {
  readonly nextId: () => number;
  /** The server does not know the session any more. */
  readonly onLost: (session: Session) => void;
};

const visibleAscii = /^[\x21-\x7e]{1,4096}$/;

/** `initialize`, then `notifications/initialized` (P §2.1). It is never cancelled. */
export async function openSession(options: SessionOptions): Promise<Session | Failing> {
  const { egress, clock, version, capabilities } = options;
  const id = options.nextId();
  const request = ownRequest('initialize', initializeParams(version, capabilities));
  const body = writeLegacyRequest(id, request, capabilities);
  const headers = [...baseHeaders(egress)];
  const reply = await exchange(egress, { method: 'POST', headers, body }, { clock });
  const outcome = outcomeOf(reply, id);
  if (outcome.kind === 'failing') return { ...outcome, acted: 'no', detail: `initialize: ${outcome.detail}` };
  if (outcome.kind !== 'result') return refused(outcome);
  const description = readInitialization(outcome.result);
  if ('kind' in description) return description;
  const header = reply.kind === 'message' ? reply.headers['mcp-session-id'] : undefined;
  const sessionId = typeof header === 'string' && visibleAscii.test(header) ? header : undefined;
  const session = sessionOf({ id: sessionId, protocol: description.protocol }, description, options);
  const told = await tell(options, session, INITIALIZED);
  if (told !== undefined) return told;
  if (canBeAsked(capabilities)) await settle(session, options);
  return session;
}

/** What the server asks now belongs to no call: one that answers a ping has asked what it wanted to, as on a pipe. */
async function settle(session: Session, options: SessionOptions): Promise<void> {
  await session.stream.keep();
  const ping = requestWithin(options, session, { method: 'ping', params: {} });
  await within(ping, { clock: options.clock, ms: SETTLING_MS, late: undefined });
}

function refused(outcome: Exclude<Outcome, Failing>): Failing {
  const { httpStatus } = outcome;
  const found = outcome.kind === 'error' ? `error ${outcome.error.code}` : outcome.kind;
  const status = httpStatus === undefined ? {} : { httpStatus };
  return failing('bad_answer', `initialize was answered with ${found}`, { acted: 'no', ...status });
}

function sessionOf(name: SessionName, description: UpstreamDescription, options: SessionOptions): Session {
  const request = (method: string, params: JsonObject) => requestWithin(options, name, { method, params });
  const state = new SessionState({ capabilities: description.capabilities, request });
  const underWay = new UnderWay(options.clock);
  const isKnown = async () => (await request('ping', {})).httpStatus !== 404;
  const session: Session = {
    kind: 'session',
    ...name,
    description,
    state,
    underWay,
    stream: new SessionStream({ ...options, underWay, isKnown, onLost: () => options.onLost(session) }, name),
  };
  return session;
}

/** A request of the gateway itself. */
async function requestWithin(
  { egress, clock, capabilities, nextId }: SessionOptions,
  name: SessionName,
  { method, params }: { readonly method: string; readonly params: JsonObject },
): Promise<Outcome> {
  const id = nextId();
  const request = ownRequest(method, params);
  const headers = addLegacyHeaders([...baseHeaders(egress)], request, name);
  const body = writeLegacyRequest(id, request, capabilities);
  return outcomeOf(await exchange(egress.aside, { method: 'POST', headers, body }, { clock }), id);
}
