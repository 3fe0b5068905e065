import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { accessRequestQuery, grantsQuery } from '../../app/reads.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Card, FormProblem, notify, Section, TextField } from '../../ui/index.ts';
import { NETWORKS_HINT, readNetworks } from '../../words/index.ts';
import { suggestName } from '../agent-sign-in/suggest-name.ts';
import { DaysField } from '../grants/days-field.tsx';
import { PolicyField } from '../grants/policy-field.tsx';

type Shown = AnswerOf<Endpoints['accessRequests']['show']>;

/** What a decision changed is read anew; where somebody else was quicker, says so. */
async function lookAgain(of: Shown, said: string | undefined): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['access'] });
  await queryClient.invalidateQueries({ queryKey: ['grants'] });
  if (said !== undefined) return notify(said);
  const state = queryClient.getQueryData(accessRequestQuery(of.id).queryKey)?.state;
  if (state !== undefined && state !== 'waiting') notify(`You were too late: it is ${state} already`);
}

/** Mint what was asked for, or decline. */
export function Deciding({ of }: { readonly of: Shown }) {
  const act = useAct();
  const [began, setBegan] = useState<'grant' | 'decline'>('grant');
  const suggested = useSuggestion(of);
  const { field, texts } = useTexts(act, { policy: '', expiresInDays: '', networks: '', note: '' });
  const [name, setName] = useState<string>();
  const params = { request: of.id };
  const { expiresInDays, note, policy } = texts;
  const grant = async (event: FormEvent) => {
    event.preventDefault();
    setBegan('grant');
    const networks = readNetworks(texts.networks);
    const body = {
      ...{ name: name ?? suggested, note },
      ...(policy === '' ? {} : { policy }),
      ...(networks.length === 0 ? {} : { networks: [...networks] }),
      ...(expiresInDays === '' ? {} : { expiresInDays: Number(expiresInDays) }),
    };
    const done = await act.run(() => bodyOf(api.accessRequests.grant({ params, body })));
    await lookAgain(of, done && 'Granted');
  };
  const decline = async () => {
    setBegan('decline');
    const done = await act.run(() => bodyOf(api.accessRequests.decline({ params, body: { note } })));
    await lookAgain(of, done && 'Declined');
  };
  return (
    <Section title="Your decision">
      <Card>
        <form onSubmit={(event) => void grant(event)} className="flex max-w-xl flex-col gap-3">
          <TextField
            label="Name of the grant"
            required
            value={name ?? suggested}
            onChange={({ target }) => setName(target.value)}
            error={act.faultOf('name')}
          />
          <PolicyField server={of.server} {...field('policy')} />
          <DaysField {...field('expiresInDays')} />
          <TextField label="Used from" hint={NETWORKS_HINT} {...field('networks')} />
          <TextField label="Note" hint="For who asked." {...field('note')} />
          <FormProblem text={act.problem} />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" kind="main" isBusy={act.isBusy && began === 'grant'} disabled={act.isBusy}>
              Grant access
            </Button>
            <Button
              kind="danger"
              isBusy={act.isBusy && began === 'decline'}
              disabled={act.isBusy}
              onClick={() => void decline()}
            >
              Decline
            </Button>
          </div>
        </form>
      </Card>
    </Section>
  );
}

/** Whose it is to be, and for what. */
function useSuggestion({ by, server }: Shown): string {
  const { data } = useQuery(grantsQuery);
  const taken = new Set(data?.items.map((grant) => grant.name));
  return suggestName({ client: by, server, taken });
}

export function Withdrawing({ of }: { readonly of: Shown }) {
  const act = useAct();
  const withdraw = async () => {
    const params = { request: of.id };
    const done = await act.run(() => bodyOf(api.accessRequests.withdraw({ params, body: {} })));
    await lookAgain(of, done && 'Withdrawn');
  };
  return (
    <Section title="It waits for an admin">
      <Card>
        <div className="flex flex-col items-start gap-3">
          <FormProblem text={act.problem} />
          <Button kind="danger" isBusy={act.isBusy} onClick={() => void withdraw()}>
            Withdraw
          </Button>
        </div>
      </Card>
    </Section>
  );
}
