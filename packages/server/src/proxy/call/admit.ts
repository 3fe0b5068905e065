import {
  type Decision,
  type Demand,
  grantedDecision,
  type Judgement,
  limitDecision,
  type ReserveResult,
} from '@boomgate/engine';
import type { Admission, DecisionRow, DescribeCall } from '../../store/index.ts';
import { type AgentRequest, enforces, sessionKeyOf } from '../request.ts';
import type { CallParams } from './call-params.ts';
import type { DescribedCall } from './describe-call.ts';
import { noteRow } from './record.ts';
import { type Consent, goesOn, type Round } from './rounds.ts';
import { decisionRow, type RowDetails } from './row.ts';

/** A call that was read, described and judged. */
export type JudgedCall = {
  readonly params: CallParams;
  readonly described: DescribedCall & { readonly kind: 'offered' };
  readonly round: Round;
  readonly judgement: Judgement;
};

/** Takes all limits or none and records the intent, in one commit: no call without a record. */
export function admit(request: AgentRequest, call: JudgedCall): Promise<Admission> {
  const { journal } = request.context.store;
  return admitBy((...of) => journal.admit(...of), request, call);
}

/**
 * The same for a call that needs a person: the commit uses the approval too, unless an earlier round of this call did. Undefined
 * when somebody else has used it meanwhile.
 */
export function admitApproved(
  request: AgentRequest,
  call: JudgedCall,
  { approvalId, isTaken }: Consent & { readonly isTaken: boolean },
): Promise<Admission | undefined> {
  const { mayDecide, store } = request.context;
  const use = { id: approvalId, session: sessionKeyOf(request), mayDecide };
  const take: Take<Admission | undefined> = (...of) =>
    isTaken ? store.journal.admit(...of) : store.journal.admitApproved(use, ...of);
  return admitBy(take, request, { ...call, approval: approvalId });
}

/** The same for a request that no limit counts. */
export async function admitUncounted(
  request: AgentRequest,
  details: Omit<RowDetails, 'forwarded'>,
): Promise<Admission> {
  const row = decisionRow(request, { ...details, forwarded: true });
  const admission = await request.context.store.journal.admit([], () => row);
  noteRow(request, row);
  return admission;
}

type Take<Taken> = (demands: readonly Demand[], describe: DescribeCall) => Promise<Taken>;

async function admitBy<Taken extends Admission | undefined>(
  take: Take<Taken>,
  request: AgentRequest,
  call: JudgedCall & { readonly approval?: string },
): Promise<Taken> {
  const { approval, judgement, params, round } = call;
  let row: DecisionRow | undefined;
  const admission = await take(demandsOf(request, call), (taken) => {
    const decision = afterReserving(judgement, taken);
    row = decisionRow(request, {
      target: params.name,
      params,
      outcome: taken.ok && approval !== undefined ? 'allow' : decision.outcome,
      decision,
      forwarded: taken.ok || !enforces(request),
      approval,
      ...(taken.ok ? goesOn(round) : {}),
    });
    return row;
  });
  if (admission !== undefined) noteRow(request, row);
  return admission;
}

/** One call is counted once, however many rounds it takes; each of them is in flight. */
export function demandsOf(request: AgentRequest, { judgement, round }: JudgedCall): Judgement['demands'] {
  const due = round.isCounted
    ? judgement.demands.filter(({ kind }) => kind === 'concurrent')
    : judgement.demands;
  return enforces(request) ? due : due.map((one) => ({ ...one, key: `shadow ${one.key}` }));
}

/** What the answer of the limits makes of what the policy said. */
export function afterReserving(judgement: Judgement, taken: ReserveResult): Decision {
  return taken.ok ? grantedDecision(judgement, taken) : limitDecision(judgement, taken);
}
