import type { DecisionRow } from '../../../store/index.ts';
import type { RequestMessage } from '../../message/message.ts';
import type { AgentRequest } from '../../request.ts';
import type { RpcAnswer } from '../../rpc.ts';
import { afterReserving, demandsOf, type JudgedCall } from '../admit.ts';
import { callAnswer, refusedCall } from '../answers.ts';
import { forward } from '../forward.ts';
import { noteRefusal } from '../refuse.ts';
import { type Consent, goesOn } from '../rounds.ts';
import { decisionRow } from '../row.ts';
import { seen } from '../seen.ts';
import { sessionOf } from './ask.ts';

/**
 * Forwards a call by an approval. Its limits are reserved now, and in the same commit the intent is recorded and the approval
 * is used, unless an earlier round of this call did that. Undefined when somebody else has used it meanwhile.
 */
export async function useConsent(
  request: AgentRequest<RequestMessage>,
  call: JudgedCall,
  consent: Consent & { readonly isTaken: boolean },
): Promise<RpcAnswer | undefined> {
  const { mayDecide, store } = request.context;
  const { described, judgement, params } = call;
  const round = { ...call.round, approved: consent };
  const demands = demandsOf(request, call);
  let row: DecisionRow | undefined;
  const describe: Parameters<typeof store.journal.admit>[1] = (taken) => {
    const decision = afterReserving(judgement, taken);
    row = decisionRow(request, {
      target: params.name,
      params,
      outcome: taken.ok ? 'allow' : 'limit',
      decision,
      forwarded: taken.ok,
      approval: consent.approvalId,
      ...(taken.ok ? goesOn(round) : {}),
    });
    return row;
  };
  const use = { id: consent.approvalId, session: sessionOf(request), mayDecide };
  const admission = consent.isTaken
    ? await store.journal.admit(demands, describe)
    : await store.journal.admitApproved(use, demands, describe);
  if (admission === undefined) return undefined;
  seen(request, row);
  if (!admission.result.ok) {
    noteRefusal(request);
    return refusedCall(request, admission.id, afterReserving(judgement, admission.result));
  }
  const { tool, upstream } = described;
  const argumentsText = params.texts.plain;
  const sent = { upstream, method: 'tools/call', params: params.forwarded, argumentsText, tool, round };
  const answer = await forward(request, admission, sent);
  return callAnswer({ request, round, callId: admission.id, tool }, answer);
}
