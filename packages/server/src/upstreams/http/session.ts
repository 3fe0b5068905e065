import type { UpstreamDescription } from '../contract.ts';
import { readInitialization } from '../description.ts';
import { INITIALIZED, initializeParams, writeLegacyRequest } from '../envelope.ts';
import { type Failing, failing } from '../failures.ts';
import { exchange } from './exchange.ts';
import type { HttpChannelOptions } from './modern.ts';
import { outcomeOf } from './outcome.ts';
import { baseHeaders } from './request-headers.ts';

/** A negotiated legacy session. Servers without sessions give no id. */
export type Session = {
  readonly kind: 'session';
  readonly id: string | undefined;
  readonly protocol: string;
  readonly description: UpstreamDescription;
};

const visibleAscii = /^[\x21-\x7e]{1,4096}$/;

/** `initialize`, then `notifications/initialized` (P §2.1). It is never cancelled. */
export async function openSession(options: HttpChannelOptions, id: number): Promise<Session | Failing> {
  const { egress, clock, version } = options;
  const body = writeLegacyRequest({
    id,
    method: 'initialize',
    params: initializeParams(version),
    wantsProgress: false,
  });
  const reply = await exchange(
    egress,
    { method: 'POST', headers: [...baseHeaders(egress)], body },
    { clock },
  );
  const outcome = outcomeOf(reply, id);
  if (outcome.kind === 'failing') return { ...outcome, acted: 'no', detail: `initialize: ${outcome.detail}` };
  if (outcome.kind === 'error') {
    return failing('bad_answer', `initialize was answered with error ${outcome.error.code}`, { acted: 'no' });
  }
  const description = readInitialization(outcome.result);
  if ('kind' in description) return description;
  const header = reply.kind === 'message' ? reply.headers['mcp-session-id'] : undefined;
  const sessionId = typeof header === 'string' && visibleAscii.test(header) ? header : undefined;
  const session: Session = { kind: 'session', id: sessionId, protocol: description.protocol, description };
  const told = await tell(options, session, INITIALIZED);
  return told ?? session;
}

/** Posts a notification or a response within a session; gives a failure only when the server was not reached. */
export async function tell(
  options: HttpChannelOptions,
  session: Session,
  body: string,
): Promise<Failing | undefined> {
  const { egress, clock } = options;
  const headers = sessionHeaders(options, session);
  const reply = await exchange(egress, { method: 'POST', headers, body }, { clock });
  return reply.kind === 'failing' && reply.httpStatus === undefined ? { ...reply, acted: 'no' } : undefined;
}

export function sessionHeaders({ egress }: HttpChannelOptions, session: Session): string[] {
  const headers = [...baseHeaders(egress), 'mcp-protocol-version', session.protocol];
  if (session.id !== undefined) headers.push('mcp-session-id', session.id);
  return headers;
}
