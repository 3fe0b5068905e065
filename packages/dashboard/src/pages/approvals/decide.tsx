import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { approvalQuery } from '../../app/reads.ts';
import { useSession } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, FormProblem, notify, TextField } from '../../ui/index.ts';

export type WholeApproval = AnswerOf<Endpoints['approvals']['show']>;

const NOTE_LENGTH_MAX = 1_000;

/** The word of whoever reads: approve, refuse, and why. Says why a button is not theirs to press. */
export function Decide({ of }: { readonly of: WholeApproval }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { note: '' });
  const { person } = useSession();
  const own = of.votes.find(({ by }) => by.id === person.id);
  const decide = async (verdict: 'approve' | 'deny', button: Element) => {
    const card = button.closest<HTMLElement>('article');
    const sent = { params: { approval: of.id }, body: texts.note === '' ? {} : texts };
    const done = await act.run(() => bodyOf(api.approvals[verdict](sent)));
    // With the question, what the form says of a failure leaves: somebody else was first, or its time was over.
    if (done === undefined) return notifyLate(of.id);
    await queryClient.invalidateQueries({ queryKey: approvalQuery(of.id).queryKey });
    // The buttons leave with the question: who goes on by keyboard is at its card still.
    card?.focus({ preventScroll: true });
    notify(
      verdict === 'deny'
        ? 'Refused'
        : done.state === 'waiting'
          ? 'Approved: others must agree too'
          : 'Approved',
    );
    await queryClient.invalidateQueries({ queryKey: ['approvals', 'history'] });
  };
  if (of.barred?.code === 'not_an_approver')
    return <Barred>The policy names other approvers: {of.terms.approvers.join(', ')}.</Barred>;
  return (
    <div className="flex flex-col gap-3">
      {of.barred === undefined ? null : (
        <Barred>
          This is your grant, and nobody approves their own calls: somebody else must. You may refuse it.
        </Barred>
      )}
      {own === undefined ? null : <Barred>You have approved. Others must agree too.</Barred>}
      <TextField
        label="Note"
        hint="Kept with the decision, and shown to the agent if you refuse."
        maxLength={NOTE_LENGTH_MAX}
        {...field('note')}
      />
      <div className="flex flex-wrap gap-2">
        {of.barred !== undefined || own !== undefined ? null : (
          <Button
            kind="main"
            isBusy={act.isBusy}
            onClick={({ currentTarget }) => void decide('approve', currentTarget)}
          >
            Approve
          </Button>
        )}
        <Button
          kind="danger"
          isBusy={act.isBusy}
          onClick={({ currentTarget }) => void decide('deny', currentTarget)}
        >
          Refuse
        </Button>
      </div>
      <FormProblem text={act.problem} />
    </div>
  );
}

/** Asks what became of it: with the last question the cards leave, and what they read of it was read before. */
async function notifyLate(id: string): Promise<void> {
  const now = await bodyOf(api.approvals.show({ params: { approval: id } })).catch(() => undefined);
  if (now === undefined) return;
  queryClient.setQueryData(approvalQuery(id).queryKey, now);
  if (now.state === 'waiting') return;
  notify(`You were too late: the call is ${now.state === 'used' ? 'approved' : now.state} already`);
}

function Barred({ children }: { readonly children: React.ReactNode }) {
  return <p className="rounded-md bg-info-soft px-3 py-2 text-info">{children}</p>;
}
