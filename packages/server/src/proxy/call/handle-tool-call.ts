import {
  type Decision,
  decide,
  grantedDecision,
  type Judgement,
  limitDecision,
  type ReserveResult,
} from '@boomgate/engine';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, statefulRequest } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';
import { callAnswer, refusedCall } from './answers.ts';
import { type CallParams, readCallParams } from './call-params.ts';
import { describeCall } from './describe-call.ts';
import { forward } from './forward.ts';
import { mirrorFault } from './mirror-fault.ts';
import {
  noteRefusal,
  refuseCall,
  refuseHeld,
  refuseMalformed,
  refuseMismatch,
  refuseUnoffered,
} from './refuse.ts';
import { goesOn, type Round } from './rounds.ts';
import { decisionRow } from './row.ts';

/**
 * The way of one call (gateway §2), after it was received, identified, read and routed:
 * describe → decide → reserve and record the intent → forward → settle and record the outcome → answer.
 */
export async function handleToolCall(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const params = readCallParams(request.message);
  if ('fault' in params) return refuseMalformed(request, params.fault);

  const described = await describeCall(request, params);
  if (described.kind !== 'offered') return refuseUnoffered(request, params, described);

  const judgement = decide(request.policy?.compiled, described.call);
  const refuses = enforces(request) && judgement.decision.outcome !== 'allow';
  // What the policy refuses by itself says nothing of the tool; nobody is asked to approve a call of one that is held.
  const mayGoOn = !refuses || judgement.decision.outcome === 'approve';
  if (described.held !== undefined && mayGoOn) return refuseHeld(request, params, described.held);
  if (refuses) return refuseCall(request, params, judgement);
  const mismatch = mirrorFault(request, described.tool, params.args);
  if (mismatch !== undefined) return refuseMismatch(request, mismatch);

  const round = request.context.rounds.open(statefulRequest(request));
  if (typeof round === 'string') return refuseMalformed(request, round);

  const { admission, decision } = await admit(request, { params, round }, judgement);
  if (!admission.result.ok && enforces(request)) {
    noteRefusal(request);
    return refusedCall(request, admission.id, decision);
  }

  const { tool, upstream } = described;
  const sent = { upstream, method: 'tools/call', params: params.forwarded, tool, round };
  const answer = await forward(request, admission, sent);
  return callAnswer({ request, round, callId: admission.id, tool }, answer);
}

type Asked = { readonly params: CallParams; readonly round: Round };

/** Takes all limits or none and records the intent, in one commit: no call without a record. */
async function admit(request: AgentRequest, { params, round }: Asked, judgement: Judgement) {
  // One call is counted once, however many rounds it takes; each of them is in flight.
  const due = round.isCounted
    ? judgement.demands.filter(({ kind }) => kind === 'concurrent')
    : judgement.demands;
  const demands = enforces(request) ? due : due.map((one) => ({ ...one, key: `shadow ${one.key}` }));
  let decision = judgement.decision;
  const admission = await request.context.store.journal.admit(demands, (taken) => {
    decision = afterReserving(judgement, taken);
    const forwarded = taken.ok || !enforces(request);
    return decisionRow(request, {
      target: params.name,
      args: params.args,
      outcome: decision.outcome,
      decision,
      forwarded,
      ...(taken.ok ? goesOn(round) : {}),
    });
  });
  return { admission, decision };
}

function afterReserving(judgement: Judgement, taken: ReserveResult): Decision {
  return taken.ok ? grantedDecision(judgement, taken) : limitDecision(judgement, taken);
}

/** A grant in observe mode forwards everything and logs what would have been decided (gateway §9). */
function enforces(request: AgentRequest): boolean {
  return request.grant.mode === 'enforce';
}
