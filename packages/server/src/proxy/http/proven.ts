import type { IncomingMessage, ServerResponse } from 'node:http';
import { isWithProof, PROOF_NONCE } from '../../identity/index.ts';
import { OVERLOAD_RETRY_S } from '../../limits/index.ts';
import type { TurnedAway } from '../../telemetry/index.ts';
import type { ProxyContext } from '../context.ts';
import type { Caller } from './caller.ts';
import { plain, type Reply, unprovenAt } from './reply.ts';

/** Why a token that is bound to a key opens nothing; `isTheft`: it was shown by who cannot prove that the key is theirs. */
export type Unproven = { readonly reason: TurnedAway; readonly isTheft: boolean; readonly reply: Reply };

/** Whether a request comes from who has the key of its token, where that is bound to one; undefined when it does. */
export function unprovenBy(
  { proofs, signInAt }: Pick<ProxyContext, 'proofs' | 'signInAt'>,
  { address, bound, grant, headers }: Pick<Caller, 'address' | 'bound' | 'grant' | 'headers'>,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Unproven | undefined {
  if (bound === undefined) return undefined;
  const told = (error: string, why: string) => unprovenAt({ address, error, why }, { signInAt });
  const gateway = signInAt();
  // Nobody could tell whether a proof is for an address that there is not.
  if (gateway === undefined) return { reason: 'grant', isTheft: false, reply: told('invalid_token', '') };
  const [path = ''] = (request.url ?? '').split('?');
  const judged = proofs.judge({
    proof: isWithProof(headers.authorization) ? headers.dpop : undefined,
    method: request.method ?? '',
    address: `${gateway}${path}`,
    token: { ...bound, grant: grant.id },
  });
  switch (judged.kind) {
    case 'proven':
      if (judged.nonce !== undefined) response.setHeader(PROOF_NONCE, judged.nonce);
      return undefined;
    case 'stale':
      response.setHeader(PROOF_NONCE, judged.nonce);
      return { reason: 'nonce', isTheft: false, reply: told('use_dpop_nonce', judged.why) };
    case 'full':
      return { reason: 'busy', isTheft: false, reply: tooMany(judged.why) };
    case 'token':
      return { reason: 'proof', isTheft: true, reply: told('invalid_token', judged.why) };
    case 'proof': {
      const isPlain = !isWithProof(headers.authorization);
      const why = isPlain ? 'the token is bound to a key: present it as DPoP, with a proof' : judged.why;
      return {
        ...{ reason: 'proof', isTheft: true },
        reply: told(isPlain ? 'invalid_token' : 'invalid_dpop_proof', why),
      };
    }
  }
}

function tooMany(why: string): Reply {
  return {
    ...plain(503, 'busy', `${why}; try again in a moment`),
    headers: { 'retry-after': String(OVERLOAD_RETRY_S) },
  };
}
