import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { proposalQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Card, FormProblem, notify, Section, TextField } from '../../ui/index.ts';

type Shown = AnswerOf<Endpoints['proposals']['show']>;

const SAID = {
  accept: 'Accepted: it decides the next call',
  reject: 'Rejected',
  withdraw: 'Withdrawn',
} as const;

/** Why it cannot be accepted any more. */
const OBSTACLES = {
  proposal_outdated:
    'What it changes was itself changed or removed since. This cannot be accepted any more: its author has to propose it again, from what is in force now.',
  declared_by_file:
    'The configuration file declares a policy of this name by now, which decides in its place. This cannot be accepted meanwhile.',
  grant_revoked: 'The grant was revoked since. This cannot be accepted any more.',
} as const satisfies Record<NonNullable<Shown['obstacle']>, string>;

/** Accept or refuse the proposal of somebody else; take one's own back. */
export function Verdict({ of }: { readonly of: Shown }) {
  const mayWrite = useMay('write_policies');
  const act = useAct();
  const { field, texts } = useTexts(act, { note: '' });
  const [began, setBegan] = useState<keyof typeof SAID>();
  if (!mayWrite) return <p className="text-soft">It waits for somebody who may save policies.</p>;
  const say = async (word: keyof typeof SAID) => {
    setBegan(word);
    const sent = { params: { proposal: of.id }, body: texts };
    const done = await act.run<unknown>(() =>
      word === 'accept'
        ? bodyOf(api.proposals.accept(sent))
        : bodyOf(word === 'reject' ? api.proposals.reject(sent) : api.proposals.withdraw(sent)),
    );
    await queryClient.invalidateQueries({ queryKey: ['proposals'] });
    await queryClient.invalidateQueries({ queryKey: ['policies'] });
    if (done !== undefined) return notify(SAID[word]);
    // With the question, what the form says of a failure leaves.
    const state = queryClient.getQueryData(proposalQuery(of.id).queryKey)?.state;
    if (state !== undefined && state !== 'waiting') notify(`You were too late: it is ${state} already`);
  };
  const button = (word: keyof typeof SAID) => ({
    isBusy: act.isBusy && began === word,
    disabled: act.isBusy,
    onClick: () => void say(word),
  });
  return (
    <Section title={of.isOwn ? 'It waits for somebody else' : 'Your decision'}>
      <Card>
        <div className="flex max-w-xl flex-col gap-3">
          {of.obstacle === undefined ? null : (
            <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{OBSTACLES[of.obstacle]}</p>
          )}
          <TextField label="Note" hint="Why, for whoever reads it later." {...field('note')} />
          <FormProblem text={act.problem} />
          <div className="flex flex-wrap gap-2">
            {of.isOwn ? (
              <Button kind="danger" {...button('withdraw')}>
                Withdraw
              </Button>
            ) : (
              <>
                {of.obstacle === undefined ? (
                  <Button kind="main" {...button('accept')}>
                    Accept
                  </Button>
                ) : null}
                <Button kind="danger" {...button('reject')}>
                  Reject
                </Button>
              </>
            )}
          </div>
        </div>
      </Card>
    </Section>
  );
}
