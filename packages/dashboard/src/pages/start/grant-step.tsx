import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ChangesWaiting } from '../../app/changes-waiting.tsx';
import { queryClient } from '../../app/query.ts';
import { policiesQuery } from '../../app/reads.ts';
import type { StartSearch } from '../../app/search/index.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Card, CheckField, FormProblem, SelectField, TextField } from '../../ui/index.ts';
import { rememberToken } from '../connect/index.ts';
import { Skip } from './skip.tsx';

/** What one agent presents: for the server of this way, under the policy of this way unless another one is chosen. */
export function GrantStep({
  onDone,
  search: { policy: saved, server = '' },
}: {
  readonly search: StartSearch;
  readonly onDone: (grant: string) => void;
}) {
  const act = useAct();
  const navigate = useNavigate();
  const { field, texts } = useTexts(act, { name: `${server}-agent`, policy: saved ?? '' });
  const [isObserving, setObserving] = useState(false);
  const names = usePolicyNames(server, saved);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const mode = isObserving ? ('observe' as const) : ('enforce' as const);
    const { name, policy } = texts;
    const body = { name, server, mode, ...(policy === '' ? {} : { policy }) };
    const made = await act.run(() => bodyOf(api.grants.mint({ body })));
    if (made === undefined) return;
    rememberToken(made.id, made.token);
    await queryClient.invalidateQueries({ queryKey: ['grants'] });
    onDone(made.id);
  };
  return (
    <Card>
      <form onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-4">
        <ChangesWaiting isOf={(one) => one.attach === undefined && one.server === server} />
        <TextField
          label="Name"
          required
          hint="Shown in the log: which agent it is, or whose."
          {...field('name')}
        />
        <SelectField label="Policy" hint="Without one, every call is refused." {...field('policy')}>
          <option value="">none</option>
          {names.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </SelectField>
        <CheckField
          label="Only observe at first"
          hint="Observe records what would be decided, and lets everything through."
          checked={isObserving}
          onChange={({ target }) => setObserving(target.checked)}
        />
        <FormProblem text={act.faultOf('server') ?? act.problem} />
        <div>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Mint the grant
          </Button>
        </div>
      </form>
      <Skip onSkip={() => void navigate({ to: '/servers/$server/connect', params: { server } })}>
        Skip: use an existing grant
      </Skip>
    </Card>
  );
}

/** Of the policies that may decide for a server, with one that was just saved. */
function usePolicyNames(server: string, saved: string | undefined): readonly string[] {
  const policies = useQuery(policiesQuery);
  // One that was just saved may not be in the list yet; one of another server decides nothing here.
  const listed =
    policies.data?.items.filter((one) => one.server === undefined || one.server === server) ?? [];
  return [...new Set([...(saved === undefined ? [] : [saved]), ...listed.map((one) => one.name)])];
}
