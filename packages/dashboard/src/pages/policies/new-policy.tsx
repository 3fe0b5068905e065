import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useDraft } from '../../app/draft.ts';
import { queryClient } from '../../app/query.ts';
import { Button, FormProblem, notify, Page, TextField } from '../../ui/index.ts';
import { Editor } from './editor.tsx';

const BEGINNING = `{
  "version": "1",
  "default": "deny",
  "tools": {
  }
}
`;

export function NewPolicyPage() {
  const act = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [text, setText] = useState(useDraft()?.text ?? BEGINNING);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await act.run(() => bodyOf(api.policies.create({ body: { name, document: text, note } })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['policies'] });
    notify(made.policy === undefined ? 'It waits for a second person' : 'It is in force');
    await navigate({ to: '/policies' });
  };
  return (
    <Page title="New policy" lead="Nothing passes that it does not allow.">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField
          label="Name"
          required
          value={name}
          onChange={({ target }) => setName(target.value)}
          error={act.faultOf('name')}
        />
        <Editor text={text} onChange={setText} />
        <TextField
          label="Note"
          hint="Why, for who reads the versions later."
          value={note}
          onChange={({ target }) => setNote(target.value)}
          error={act.faultOf('note')}
        />
        <FormProblem text={act.faultOf('document') ?? act.problem} />
        <div>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Save
          </Button>
        </div>
      </form>
    </Page>
  );
}
