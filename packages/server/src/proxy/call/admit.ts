import {
  type Decision,
  grantedDecision,
  type Judgement,
  limitDecision,
  type ReserveResult,
} from '@boomgate/engine';
import type { DecisionRow } from '../../store/index.ts';
import { type AgentRequest, enforces } from '../request.ts';
import type { CallParams } from './call-params.ts';
import type { DescribedCall } from './describe-call.ts';
import { goesOn, type Round } from './rounds.ts';
import { decisionRow } from './row.ts';
import { seen } from './seen.ts';

/** A call that was read, described and judged. */
export type JudgedCall = {
  readonly params: CallParams;
  readonly described: DescribedCall & { readonly kind: 'offered' };
  readonly round: Round;
  readonly judgement: Judgement;
};

/** Takes all limits or none and records the intent, in one commit: no call without a record. */
export async function admit(request: AgentRequest, call: JudgedCall) {
  let row: DecisionRow | undefined;
  const admission = await request.context.store.journal.admit(demandsOf(request, call), (taken) => {
    const decision = afterReserving(call.judgement, taken);
    const { params, round } = call;
    row = decisionRow(request, {
      target: params.name,
      params,
      outcome: decision.outcome,
      decision,
      forwarded: taken.ok || !enforces(request),
      ...(taken.ok ? goesOn(round) : {}),
    });
    return row;
  });
  seen(request, row);
  return { admission, decision: afterReserving(call.judgement, admission.result) };
}

/** One call is counted once, however many rounds it takes; each of them is in flight. */
export function demandsOf(request: AgentRequest, { judgement, round }: JudgedCall): Judgement['demands'] {
  const due = round.isCounted
    ? judgement.demands.filter(({ kind }) => kind === 'concurrent')
    : judgement.demands;
  return enforces(request) ? due : due.map((one) => ({ ...one, key: `shadow ${one.key}` }));
}

export function afterReserving(judgement: Judgement, taken: ReserveResult): Decision {
  return taken.ok ? grantedDecision(judgement, taken) : limitDecision(judgement, taken);
}
