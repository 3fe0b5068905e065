import { decide } from '@boomgate/engine';
import { CODES } from '../../upstreams/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, enforces, statefulRequest } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';
import { nameSpan } from '../spans.ts';
import { admit } from './admit.ts';
import { readCallParams } from './call-params.ts';
import { withConsent } from './consent/index.ts';
import { describeCall } from './describe-call.ts';
import { forwardAdmitted } from './forward-admitted.ts';
import { mirrorFault } from './mirror-fault.ts';
import { refuseCall, refuseHeld, refuseMalformed, refuseSecrets, refuseUnoffered } from './refuse.ts';
import { secretsProblem, secretsSent } from './secrets.ts';

/**
 * The way of one call (gateway §2), after it was received, identified, read and routed:
 * describe → decide → (hold) → reserve and record the intent → forward → settle and record the outcome → answer.
 */
export async function handleToolCall(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const read = readCallParams(request.message);
  if ('fault' in read) return refuseMalformed(request, read.fault);

  const described = await describeCall(request, read);
  if (described.kind !== 'offered') return refuseUnoffered(request, read, described);
  nameSpan(request, read.name);
  const params = { ...read, secrets: await secretsSent(request, read.args) };

  const judgement = decide(request.policy?.compiled, described.call);
  const { outcome } = judgement.decision;
  const refuses = outcome !== 'allow' && outcome !== 'approve' && enforces(request);
  // What the policy refuses by itself says nothing of the tool; nobody is asked to approve a call of one that is held.
  if (described.held !== undefined && !refuses) return refuseHeld(request, params, described.held);
  if (refuses) return refuseCall(request, params, judgement.decision);
  const secret = secretsProblem(request, params.secrets);
  if (secret !== undefined) return refuseSecrets(request, params, secret);
  const mismatch = mirrorFault(request, described.tool, params.args);
  if (mismatch !== undefined)
    return refuseMalformed(request, mismatch, { code: CODES.headerMismatch, status: 400 });

  const round = request.context.rounds.open(statefulRequest(request));
  if (typeof round === 'string') return refuseMalformed(request, round);

  const call = { params, described, round, judgement };
  if (outcome === 'approve' && enforces(request)) return withConsent(request, call, handleToolCall);

  return forwardAdmitted(request, call, await admit(request, call));
}
