import { type Approval, DECLINED } from '../../../approvals/index.ts';
import type { Handle } from '../../handle.ts';
import type { RequestMessage } from '../../message/message.ts';
import { type AgentRequest, hasLeft, sessionKeyOf } from '../../request.ts';
import type { RpcAnswer } from '../../rpc.ts';
import { admitApproved, type JudgedCall } from '../admit.ts';
import { forwardAdmitted } from '../forward-admitted.ts';
import { APPROVAL_QUESTION, type Consent } from '../rounds.ts';
import { declinedBy, pending, refuseByLimit, refusedByPerson, refuseFull } from './answers.ts';
import { ask, bindingOf } from './ask.ts';
import { hold } from './hold.ts';

/**
 * A call that was judged to need a person. One that is approved, or was let through by an approval in an earlier round, is
 * forwarded; else its approval is asked for, and once that is decided the call is handled `again`, from the start, under the
 * grant and the policy in force then.
 */
export async function withConsent(
  request: AgentRequest<RequestMessage>,
  call: JudgedCall,
  again: Handle,
): Promise<RpcAnswer> {
  const { approvals } = request.context.store;
  const binding = bindingOf(request, call);
  const known = await approvals.find(binding.whole, sessionKeyOf(request));
  if (known?.state === 'refused') return refusedByPerson(request, call, known);

  const consent = consentOf(binding.whole, call, known);
  // Who has gone wants nothing done any more; whoever comes back finds the approval as it is.
  if (consent !== undefined && !hasLeft(request)) {
    const admission = await admitApproved(request, call, consent);
    const round = { ...call.round, approved: consent };
    if (admission !== undefined) return forwardAdmitted(request, { ...call, round }, admission);
  }

  const full = await refuseByLimit(request, call);
  if (full !== undefined) return full;
  const declined = await declinedVisit(request, call, known);
  if (declined !== undefined) return declined;
  const asked = await ask(request, call, binding);
  if (asked.kind === 'full') return refuseFull(request, asked.rowId);
  // The input of a later round is for the conversation that it belongs to, which does not wait for people.
  if (call.round.number > 1) return pending(request, asked.approval);
  return hold(request, { call, asked, again });
}

function consentOf(
  binding: string,
  { round: { approved } }: JudgedCall,
  known: Approval | undefined,
): (Consent & { readonly isTaken: boolean }) | undefined {
  if (approved?.binding === binding) return { ...approved, isTaken: true };
  if (known?.state !== 'approved' && known?.state !== 'used') return undefined;
  return { approvalId: known.id, binding, isTaken: false };
}

/** The person in front of the agent did not want to go to the page: what waits for them alone is withdrawn. */
async function declinedVisit(
  request: AgentRequest<RequestMessage>,
  call: JudgedCall,
  known: Approval | undefined,
): Promise<RpcAnswer | undefined> {
  const { visited } = call.round;
  if (visited === undefined || known?.state !== 'waiting' || known.id !== visited.approvalId)
    return undefined;
  if (!declinedBy(request, APPROVAL_QUESTION)) return undefined;
  await request.context.store.approvals.withdraw(known.id, DECLINED);
  return refusedByPerson(request, call, { ...known, state: 'withdrawn' });
}
