import { isJsonObject, limitDecision, ownProperty } from '@boomgate/engine';
import type { Approval } from '../../../approvals/index.ts';
import { MAX_WAITING_APPROVALS } from '../../../limits/index.ts';
import type { RequestMessage } from '../../message/message.ts';
import type { AgentRequest } from '../../request.ts';
import type { RpcAnswer } from '../../rpc.ts';
import { demandsOf, type JudgedCall } from '../admit.ts';
import { refusedCall, toolError } from '../answers.ts';
import { record } from '../record.ts';

/** What was not done, who can change that, and the one thing to try: an agent that tries others has people asked for each. */
export function pending({ context }: AgentRequest, { expiresAtMs, id, message }: Approval): RpcAnswer {
  const url = context.approvalUrl(id);
  const expiresAt = new Date(expiresAtMs).toISOString();
  const said = message === '' ? 'a person has to approve this call' : message;
  const text = `[APPROVAL PENDING] ${id}: ${said}; the call was not made. A person decides at ${url} until ${expiresAt}: tell your user, and to wait for it call again with the same arguments`;
  return toolError(text, { 'boomgate/approval': { id, url, expiresAt } });
}

/** For the person in front of the agent, who may or may not be one who decides. */
export function pageMessage({ message, tool }: Approval): string {
  return `The call of ${JSON.stringify(tool)} waits for a person's approval${message === '' ? '' : `: ${message}`}`;
}

/** What an approval that lets nothing through says of the call. */
export async function refusedByPerson(
  request: AgentRequest,
  { judgement, params }: JudgedCall,
  approval: Approval,
): Promise<RpcAnswer> {
  const decision = { ...judgement.decision, outcome: 'deny', message: whyNot(approval) } as const;
  const id = await record(request, {
    target: params.name,
    params,
    outcome: 'deny',
    decision,
    approval: approval.id,
  });
  return refusedCall(request, id, decision);
}

function whyNot({ state, votes }: Approval): string {
  if (state === 'expired') return 'nobody approved the call in time; call again to ask once more';
  if (state === 'withdrawn') return 'the request for approval was withdrawn; call again to ask once more';
  const note = votes.find(({ verdict }) => verdict === 'deny')?.note;
  return `a person refused this call${note === undefined ? '' : `: ${note}`}`;
}

/** Nobody is asked to approve a call that a limit would refuse anyway (language §3). */
export async function refuseByLimit(request: AgentRequest, call: JudgedCall): Promise<RpcAnswer | undefined> {
  const { judgement, params } = call;
  const seen = await request.context.store.journal.peek(demandsOf(request, call));
  if (seen.ok) return undefined;
  const decision = limitDecision(judgement, seen);
  const id = await record(request, { target: params.name, params, outcome: 'limit', decision });
  return refusedCall(request, id, decision);
}

/** As many calls of the grant wait as a person can read. */
export function refuseFull(request: AgentRequest, rowId: string): RpcAnswer {
  const message = `${MAX_WAITING_APPROVALS} calls of this grant already wait for approval, or were taken back while they waited; call again when some are decided, or their time is over`;
  const rule = '(waiting approvals)';
  return refusedCall(request, rowId, { outcome: 'limit', rule, message, trace: [], usage: [] });
}

/** Whether the agent came back with the answer that its person declined, or closed the question. */
export function declinedBy({ message }: AgentRequest<RequestMessage>, question: string): boolean {
  const answers = ownProperty(message.params, 'inputResponses');
  const own = isJsonObject(answers) ? ownProperty(answers, question) : undefined;
  const action = isJsonObject(own) ? ownProperty(own, 'action') : undefined;
  return action === 'decline' || action === 'cancel';
}
