import type { Approval, Approver, AuditAct, Verdict } from '@boomgate/server';
import type { ApprovalDecidePlan, ApprovalListPlan, ApprovalShowPlan } from '../plan/index.ts';
import { approvalPage, printApprovals } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { openToChange, openToRead } from './store.ts';

/** Approvals that are listed at most. */
const LISTED = 200;
/** Calls of the same grant that are shown beside an approval. */
const RECENT_CALLS = 5;

export async function runApprovalList(
  plan: ApprovalListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const open = { states: ['waiting', 'approved'] } as const;
  const found = await store.approvals.list({ limit: LISTED + 1, ...(plan.all ? {} : open) });
  const approvals = found.slice(0, LISTED);
  if (show.json) output.json(approvals);
  else if (approvals.length > 0) output.data(printApprovals(approvals, { ...output, ...facts }));
  else output.note(plan.all ? 'no approval was asked for yet' : 'nothing waits for a person');
  if (found.length > LISTED) output.note(`the newest ${LISTED}; there are more`);
  return 0;
}

export async function runApprovalShow(
  plan: ApprovalShowPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const approval = await store.approvals.get(plan.approval);
  if (approval === undefined) return fail(unknown(plan.approval));
  const text = await store.approvals.argumentsOf(approval.id);
  const recent = await store.decisions.query({ grant: approval.grantName, limit: RECENT_CALLS });
  // Absent arguments are said to be absent, not left out: who decides must know that they see everything.
  if (show.json) output.json({ ...approval, arguments: text ?? null, recent });
  else output.data(approvalPage({ approval, text, recent }, { ...output, ...facts }));
  return 0;
}

/** The word of whoever runs the command on the gateway's machine; a running gateway notices within a second. */
export async function runApprovalDecide(
  { approval: id, by, note, verdict, ...place }: ApprovalDecidePlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToChange(place, facts));
  const approver: Approver = { id: by, role: 'admin', via: 'cli' };
  const ruling = { by: approver, verdict, ...(note === undefined ? {} : { note }) };
  const decided = await store.approvals.decide(id, ruling, (became) =>
    became.ok && became.isNews ? actOf(became.approval, { verdict, note }) : undefined,
  );
  if (!decided.ok) return fail(decided.code === 'not_found' ? unknown(id) : decided.message);
  // The store tells who says the same twice the same twice; here it would look as if the call could go through again.
  if (!decided.isNews && decided.approval.state === 'used')
    return fail(
      'expected an approval that waits, found one that was already used; the agent has to call again',
    );
  if (show.json) output.json(decided.approval);
  else output.note(`${decided.approval.id} ${whatNow(decided.approval)}, by ${JSON.stringify(by)} as admin`);
  return 0;
}

type Word = { readonly verdict: Verdict; readonly note: string | undefined };

function actOf({ id, organization, server, state, tool }: Approval, { note, verdict }: Word): AuditAct {
  return {
    organization,
    actor: commandLineActor(),
    action: verdict === 'approve' ? 'approval.approved' : 'approval.refused',
    target: { kind: 'approval', id, name: `${server} ${tool}` },
    after: { state, ...(note === undefined ? {} : { note }) },
  };
}

function whatNow({ state, terms, votes }: Approval): string {
  if (state !== 'waiting') return `is ${state}`;
  return `has ${votes.length} of ${terms.required} approvals`;
}

function unknown(id: string): string {
  return `expected the id of an approval, found ${JSON.stringify(id)}; "boomgate approvals list --all" shows them`;
}
