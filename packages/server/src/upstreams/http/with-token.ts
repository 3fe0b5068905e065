import type { IncomingHttpHeaders } from 'node:http';
import type { TokenAnswer } from '../contract.ts';
import type { Credential } from '../credential.ts';
import type { EgressRequest } from '../egress.ts';
import { type Failing, failing } from '../failures.ts';
import { scopesMissed } from './challenge.ts';

/** What comes back, as far as it is looked at here. */
type Answered =
  | Failing
  | {
      readonly kind: 'message' | 'head';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
    };

/**
 * Sends a request with the token of the gateway. One that the server refuses it for (HTTP 401, which is said before anything is done)
 * is sent once more, if there is another token by then. One that the token does not suffice for (HTTP 403) is not: no other token is to
 * be had without a person, who reads what is missing where one connects the server.
 */
export async function withToken<Reply extends Answered>(
  credential: Credential,
  request: EgressRequest,
  send: (signed: EgressRequest) => Promise<Reply>,
): Promise<Reply | Failing> {
  const first = await credential.token();
  if ('problem' in first) return tokenMissing(first);
  const reply = await send(signed(request, first.token));
  if (statusOf(reply) !== 401) return told(credential, reply);
  const second = await credential.token(first.token);
  if ('problem' in second) return tokenMissing(second);
  if (second.token === first.token) return reply;
  return told(credential, await send(signed(request, second.token)));
}

function told<Reply extends Answered>(credential: Credential, reply: Reply): Reply {
  if (reply.kind === 'failing' || reply.status !== 403) return reply;
  // A header that came twice is a list, which its types do not say.
  const header = reply.headers['www-authenticate'];
  const scopes = scopesMissed(header === undefined ? undefined : String(header));
  if (scopes !== undefined) credential.lacks(scopes);
  return reply;
}

function signed(request: EgressRequest, token: string): EgressRequest {
  return {
    ...request,
    headers: [...withoutAuthorization(request.headers), 'authorization', `Bearer ${token}`],
  };
}

/** Of flat headers: two of them would be a refusal at best. */
function withoutAuthorization(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'authorization');
}

function statusOf(reply: Answered): number | undefined {
  return reply.kind === 'failing' ? reply.httpStatus : reply.status;
}

function tokenMissing({ message, problem }: Extract<TokenAnswer, { problem: string }>): Failing {
  return { ...failing('unauthorized', problem, { acted: 'no', message }), wantsSignIn: true };
}
