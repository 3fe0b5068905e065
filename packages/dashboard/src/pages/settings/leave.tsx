import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useSession } from '../../app/session.ts';
import { Card, Confirm, FormProblem, Section, Untrusted } from '../../ui/index.ts';
import { useGoodbye } from './goodbye.ts';

/** The way out of an organisation, for oneself. */
export function Leave() {
  const { organization } = useSession();
  const act = useAct();
  const sayGoodbye = useGoodbye();
  const leave = async () => {
    if (await act.done(() => bodyOf(api.account.leave()))) await sayGoodbye();
  };
  return (
    <Section title="Your membership">
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose text-soft">
            You are a member of <Untrusted text={organization.name} />. Once you have left, only an invitation
            brings you back.
          </p>
          <Confirm
            label="Leave this organisation"
            kind="danger"
            question={`Leave ${organization.name}?`}
            act={leave}
          >
            Your sessions there end; API keys that you made and agents that you signed in stop working. Tokens
            of grants keep working.
          </Confirm>
        </div>
        <FormProblem text={act.problem} />
      </Card>
    </Section>
  );
}
