import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, taggedOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import {
  Button,
  Card,
  CheckField,
  FormProblem,
  Loading,
  notify,
  ProblemNote,
  Section,
  TextField,
} from '../../ui/index.ts';

const KEY = ['settings'];

export function OrganizationSettings() {
  const query = useQuery({ queryKey: KEY, queryFn: () => taggedOf(api.settings.read()) });
  return (
    <Section title="Organisation">
      <Card>
        {query.isError ? <ProblemNote error={query.error} retry={query.refetch} /> : null}
        {query.isPending ? <Loading what="the settings" /> : null}
        {query.data === undefined ? null : <Form key={query.data.etag} {...query.data} />}
      </Card>
    </Section>
  );
}

type Settings = { readonly name: string; readonly requireSecondFactor: boolean };

function Form({ body, etag }: { readonly body: Settings; readonly etag: string }) {
  const act = useAct();
  const [name, setName] = useState(body.name);
  const [requireSecondFactor, setRequired] = useState(body.requireSecondFactor);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await act.run(() =>
      taggedOf(api.settings.change({ body: { name, requireSecondFactor }, ifMatch: etag })),
    );
    if (done === undefined) return;
    queryClient.setQueryData(KEY, done);
    await queryClient.invalidateQueries({ queryKey: ['session'] });
    notify('Saved');
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-3">
      <TextField
        label="Name"
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={act.faultOf('name')}
      />
      <CheckField
        label="Members need a second factor"
        hint="Who has none can do nothing but enrol one."
        checked={requireSecondFactor}
        onChange={({ target }) => setRequired(target.checked)}
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
