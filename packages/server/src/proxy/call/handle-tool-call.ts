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
import { refuseCall, refuseHeld, refuseMalformed, refuseUnoffered } from './refuse.ts';

/**
 * The way of one call (gateway §2), after it was received, identified, read and routed:
 * describe → decide → (hold) → reserve and record the intent → forward → settle and record the outcome → answer.
 */
export async function handleToolCall(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const params = readCallParams(request.message);
  if ('fault' in params) return refuseMalformed(request, params.fault);

  const described = await describeCall(request, params);
  if (described.kind !== 'offered') return refuseUnoffered(request, params, described);
  nameSpan(request, params.name);

  const judgement = decide(request.policy?.compiled, described.call);
  const { outcome } = judgement.decision;
  const refuses = outcome !== 'allow' && outcome !== 'approve' && enforces(request);
  // What the policy refuses by itself says nothing of the tool; nobody is asked to approve a call of one that is held.
  if (described.held !== undefined && !refuses) return refuseHeld(request, params, described.held);
  if (refuses) return refuseCall(request, params, judgement.decision);
  const mismatch = mirrorFault(request, described.tool, params.args);
  if (mismatch !== undefined)
    return refuseMalformed(request, mismatch, { code: CODES.headerMismatch, status: 400 });

  const round = request.context.rounds.open(statefulRequest(request));
  if (typeof round === 'string') return refuseMalformed(request, round);

  const call = { params, described, round, judgement };
  if (outcome === 'approve' && enforces(request)) return withConsent(request, call, handleToolCall);

  return forwardAdmitted(request, call, await admit(request, call));
}
