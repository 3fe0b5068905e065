import type { Admission } from '../../store/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, enforces } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';
import { afterReserving, type JudgedCall } from './admit.ts';
import { callAnswer, refusedCall } from './answers.ts';
import { forward } from './forward.ts';
import { noteRefusal } from './record.ts';

/** The rest of the way of a call that the journal has answered: refused by a limit, or forwarded and answered. */
export async function forwardAdmitted(
  request: AgentRequest<RequestMessage>,
  { described, judgement, params, round }: JudgedCall,
  admission: Admission,
): Promise<RpcAnswer> {
  if (!admission.result.ok && enforces(request)) {
    noteRefusal(request);
    return refusedCall(request, admission.id, afterReserving(judgement, admission.result));
  }
  const { tool, upstream } = described;
  const argumentsText = params.texts.plain;
  const sent = { upstream, method: 'tools/call', params: params.forwarded, argumentsText, tool, round };
  const answer = await forward(request, admission, sent);
  return callAnswer({ request, round, callId: admission.id, tool }, answer);
}
