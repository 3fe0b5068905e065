import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, taggedOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { needing } from '../../app/needs.tsx';
import { queryClient } from '../../app/query.ts';
import { Button, Card, CheckField, FormProblem, notify, SelectOne, TextField } from '../../ui/index.ts';
import { SettingsFrame } from './frame.tsx';
import { StopAgents } from './stop-agents.tsx';

type Settings = AnswerOf<Endpoints['settings']['read']>;

const KEY = ['settings'];

const SECOND_PERSON = [
  ['never', 'none: a save decides the next call'],
  ['widening', 'those that let more through, or may'],
  ['always', 'all of them'],
] as const satisfies readonly (readonly [Settings['requireSecondPerson'], string])[];

export const OrganizationPage = needing(
  { permission: 'manage_organization', title: 'Organisation' },
  Organization,
);

function Organization() {
  const query = useQuery({ queryKey: KEY, queryFn: () => taggedOf(api.settings.read()) });
  return (
    <SettingsFrame title="Organisation" lead="Applies to everybody here.">
      <Card>
        <Loaded of={query} what="the settings">
          {(settings) => <Form {...settings} />}
        </Loaded>
      </Card>
      {query.data === undefined ? null : <StopAgents {...query.data} onChanged={keep} />}
    </SettingsFrame>
  );
}

/** Keeps what a change was answered with; what stands around the pages says it too. */
function keep(settings: { readonly body: Settings; readonly etag: string }): Promise<void> {
  queryClient.setQueryData(KEY, settings);
  return queryClient.invalidateQueries({ queryKey: ['session'] });
}

function Form({ body, etag }: { readonly body: Settings; readonly etag: string }) {
  const act = useAct();
  // Of what somebody else saves meanwhile the rest is shown at once.
  const [changes, setChanges] = useState<Partial<Settings>>({});
  const form = { ...body, ...changes };
  const change = (next: Partial<Settings>) => setChanges({ ...changes, ...next });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await act.run(() => taggedOf(api.settings.change({ body: changes, ifMatch: etag })));
    // Perhaps somebody else saved meanwhile.
    if (done === undefined) return queryClient.invalidateQueries({ queryKey: KEY });
    await keep(done);
    setChanges({});
    notify('Saved');
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-xl flex-col gap-4">
      <TextField
        label="Name"
        required
        value={form.name}
        onChange={({ target }) => change({ name: target.value })}
        error={act.faultOf('name')}
      />
      <SelectOne
        label="Changes of policies that a second person must accept"
        hint="They wait as proposals. Whoever made one cannot accept it, nor can an API key of theirs."
        of={SECOND_PERSON}
        value={form.requireSecondPerson}
        onChange={(requireSecondPerson) => change({ requireSecondPerson })}
        error={act.faultOf('requireSecondPerson')}
      />
      <CheckField
        label="Members need a second factor"
        hint="Anybody without one can only enrol one."
        checked={form.requireSecondFactor}
        onChange={({ target }) => change({ requireSecondFactor: target.checked })}
      />
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Save
        </Button>
      </div>
    </form>
  );
}
