import type { TokenAnswer } from '../contract.ts';
import type { Credential, EgressRequest } from '../egress.ts';
import { type Failing, failing } from '../failures.ts';

/** What comes back, as far as it is looked at here. */
type Answered = Failing | { readonly kind: 'message' | 'head'; readonly status: number };

/**
 * Sends a request with the token of the gateway. One that the server refuses it for (HTTP 401, which is said before anything is done)
 * is sent once more, if there is another token by then.
 */
export async function withToken<Reply extends Answered>(
  credential: Credential,
  request: EgressRequest,
  send: (signed: EgressRequest) => Promise<Reply>,
): Promise<Reply | Failing> {
  const first = await credential();
  if ('problem' in first) return tokenMissing(first);
  const reply = await send(signed(request, first.token));
  if (statusOf(reply) !== 401) return reply;
  const second = await credential(first.token);
  if ('problem' in second) return tokenMissing(second);
  return second.token === first.token ? reply : send(signed(request, second.token));
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
