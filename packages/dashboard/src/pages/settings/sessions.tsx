import { useNavigate } from '@tanstack/react-router';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { end } from '../../app/session.ts';
import { Card, Confirm, FormProblem, Section } from '../../ui/index.ts';

export function Sessions() {
  const act = useAct();
  const navigate = useNavigate();
  const leave = async () => {
    const isDone = await act.done(() => bodyOf(api.account.signOutEverywhere()));
    if (!isDone) return;
    await navigate({ to: '/sign-in', search: { next: '/' } });
    end();
  };
  return (
    <Section title="Your sessions">
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-soft">
            If you lost a device, or signed in where you should not have, end every session.
          </p>
          <Confirm label="Sign out everywhere" kind="danger" question="End all your sessions?" act={leave}>
            This one ends as well. API keys that you made keep working.
          </Confirm>
        </div>
        <FormProblem text={act.problem} />
      </Card>
    </Section>
  );
}
