import { type FormEvent, useState } from 'react';
import { type Acting, useAct } from '../../app/act.ts';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { SessionEnded } from '../../app/session-ended.tsx';
import { Alone, Button, FormProblem } from '../../ui/index.ts';
import type { Asked } from './asked.ts';
import { type Choices, NEW, useChoices } from './choices.ts';
import { GrantChoice } from './grant-choice.tsx';
import { NewGrant, type Typed, useMint } from './new-grant.tsx';
import { NoGrant } from './no-grant.tsx';
import { Who } from './who.tsx';

type Props = {
  readonly asked: Asked;
  readonly signIn: string;
  readonly onAnswered: (returnTo: string, words: string) => void;
  readonly onOver: () => void;
  readonly onLookAgain: () => Promise<unknown>;
};

/** Which agent asks for what, and which grant it gets. */
export function Ask({ asked, onAnswered, onLookAgain, onOver, signIn }: Props) {
  const act = useAct();
  const choices = useChoices(asked);
  const [typed, setTyped] = useState<Typed>({ policy: '', days: '' });
  const mint = useMint(asked, typed);
  const params = { signIn };
  /** What the gateway says of the request itself, and not of what was typed. */
  const asking = async <Answer,>(answer: Promise<Answer>): Promise<Answer> =>
    answer.catch(async (error: unknown) => {
      const code = error instanceof ApiProblem ? error.problem.code : undefined;
      if (code === 'sign_on_stale') onOver();
      if (code === 'grant_not_offered') await onLookAgain();
      throw error;
    });
  const letIn = async (event: FormEvent) => {
    event.preventDefault();
    // One after the other: a change that is tried again must not mint again.
    const minted = choices.chosen === NEW ? await act.run(mint) : undefined;
    if (minted !== undefined) choices.onMinted(minted);
    const grant = minted?.id ?? choices.chosen;
    if (grant === undefined || grant === NEW) return;
    await act.run(async () => {
      const { returnTo } = await asking(bodyOf(api.agentSignIns.consent({ params, body: { grant } })));
      onAnswered(returnTo, 'Agent let in');
    });
  };
  const sendAway = () =>
    act.run(async () => {
      const { returnTo } = await asking(bodyOf(api.agentSignIns.refuse({ params })));
      onAnswered(returnTo, 'Agent refused');
    });
  const { server } = asked;
  return (
    <Alone
      title={`Let an agent use ${server ?? 'your servers'}?`}
      lead="If you did not just start this in your agent, refuse it."
      above={<SessionEnded />}
      isRoomy
    >
      <Who of={asked} />
      {choices.areNone ? <NoGrant of={asked} onLookAgain={onLookAgain} /> : null}
      <form onSubmit={(event) => void letIn(event)} className="flex flex-col gap-4">
        {choices.areNone ? null : <Choosing {...{ act, asked, choices, typed }} onTyped={setTyped} />}
        <FormProblem text={act.faultOf('server') ?? act.faultOf('grant') ?? act.problem} />
        <div className="flex flex-wrap gap-2">
          {choices.areNone ? null : (
            <Button type="submit" kind="main" isBusy={act.isBusy}>
              Let it in
            </Button>
          )}
          <Button kind="danger" isBusy={act.isBusy} onClick={() => void sendAway()}>
            Refuse it
          </Button>
        </div>
      </form>
    </Alone>
  );
}

function Choosing({
  act,
  asked,
  choices,
  onTyped,
  typed,
}: {
  readonly act: Acting;
  readonly asked: Asked;
  readonly choices: Choices;
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
}) {
  return (
    <>
      <GrantChoice of={choices} isStack={asked.server === undefined} />
      {choices.chosen === NEW ? <NewGrant {...{ act, asked, typed, onTyped }} /> : null}
      <p>It can do what the grant allows until you end its sign-in on the grant’s page.</p>
    </>
  );
}
