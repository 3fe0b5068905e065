import type { Clock } from '../clock.ts';
import type { Egress } from '../egress.ts';
import type { Failing } from '../failures.ts';
import { exchange } from './exchange.ts';
import { baseHeaders } from './request-headers.ts';

/** What the requests of a session must name. Servers without sessions give no id. */
export type SessionName = { readonly id: string | undefined; readonly protocol: string };

/** Posts a notification or a response within a session; gives a failure only when the server was not reached. */
export async function tell(
  { egress, clock }: { readonly egress: Egress; readonly clock: Clock },
  session: SessionName,
  body: string,
): Promise<Failing | undefined> {
  const headers = sessionHeaders(baseHeaders(egress), session);
  const reply = await exchange(egress.aside, { method: 'POST', headers, body }, { clock });
  return reply.kind === 'failing' && reply.httpStatus === undefined ? { ...reply, acted: 'no' } : undefined;
}

export function sessionHeaders(base: readonly string[], session: SessionName): string[] {
  const headers = [...base, 'mcp-protocol-version', session.protocol];
  if (session.id !== undefined) headers.push('mcp-session-id', session.id);
  return headers;
}
