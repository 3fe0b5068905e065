import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, FormProblem, notify, Status, TextField } from '../../ui/index.ts';
import { ServerField } from '../grants/server-field.tsx';

/** Asks the admins for a grant: of one server, or of the one that is chosen here. */
export function AskForAccess({
  first = '',
  of,
}: {
  readonly first?: string | undefined;
  readonly of?: string;
}) {
  const act = useAct();
  const { field, put, texts } = useTexts(act, { server: of ?? first, note: '' });
  const [isAsked, setAsked] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const asked = await act.run(() => bodyOf(api.accessRequests.ask({ body: texts })));
    if (asked === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['access'] });
    put({ note: '' });
    setAsked(true);
    if (of === undefined) notify('Asked: an admin decides');
  };
  // One that stands beside something else is needed no more.
  if (isAsked && of !== undefined) return <Status>Asked: an admin decides about it.</Status>;
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-xl flex-col gap-3">
      {of === undefined ? <ServerField {...field('server')} /> : null}
      <TextField
        label="Why"
        hint="What your agent is to do there, for the admin who decides."
        {...field('note')}
      />
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Ask for access
        </Button>
      </div>
    </form>
  );
}
