import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useHandedDraft } from '../../app/handed-draft.ts';
import { queryClient } from '../../app/query.ts';
import { policyQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Button, FormProblem, Loading, notify, Page, ProblemNote, TextField } from '../../ui/index.ts';
import { useDraft } from './draft.ts';
import { SavedNote } from './saved.tsx';
import { IN_PLACE } from './search.ts';
import { Versions } from './versions.tsx';
import { Workbench } from './workbench.tsx';

type Policy = AnswerOf<Endpoints['policies']['show']>;

export function PolicyPage() {
  const { policy } = useParams({ from: '/inside/policies/$policy' });
  const query = useQuery(policyQuery(policy));
  if (query.isError)
    return (
      <Page title={policy}>
        <ProblemNote error={query.error} retry={query.refetch} />
      </Page>
    );
  if (query.data === undefined) return <Loading what="the policy" />;
  const { body, etag } = query.data;
  return (
    <Page title={body.name} lead={<Lead of={body} />} isWide>
      <Change key={etag} of={body} etag={etag} />
      <Versions of={body} etag={etag} />
    </Page>
  );
}

function Lead({ of: { author, note, origin, savedAt, server, version } }: { readonly of: Policy }) {
  return (
    <>
      Version {version}, saved <Ago at={savedAt} /> by {author?.name ?? 'somebody'}
      {note === '' ? '' : `: ${note}`}. It may decide for {server ?? 'any server'}.
      {origin === 'file' ? ' The configuration file declares it, and changes it.' : ''}
    </>
  );
}

type Saved = AnswerOf<Endpoints['policies']['save']>;

function Change({ etag, of }: { readonly of: Policy; readonly etag: string }) {
  const act = useAct();
  const mayWrite = useMay('write_policies') && of.origin === 'stored';
  const handed = useHandedDraft();
  const draft = useDraft(handed !== undefined && handed.base === of.version ? handed.text : of.text);
  const { text } = draft;
  const search = useSearch({ from: '/inside/policies/$policy' });
  const navigate = useNavigate({ from: '/policies/$policy' });
  const [note, setNote] = useState('');
  const saved = useQuery<Saved | null>({
    queryKey: ['policies', 'saved', of.name],
    enabled: false,
    initialData: null,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const sent = { params: { policy: of.name }, body: { document: text, note }, ifMatch: etag };
    const done = await act.run(() => bodyOf(api.policies.save(sent)));
    if (done === undefined) return;
    queryClient.setQueryData(['policies', 'saved', of.name], done);
    notify(done.policy === undefined ? 'It waits for a second person' : 'It is in force');
    await queryClient.invalidateQueries({ queryKey: policyQuery(of.name).queryKey });
    await queryClient.invalidateQueries({ queryKey: ['policies', 'versions', of.name] });
  };
  return (
    <>
      <Workbench
        draft={draft}
        isReadOnly={!mayWrite}
        server={of.server}
        policy={of.name}
        search={search}
        onSearch={(next) => void navigate({ search: next, ...IN_PLACE })}
      />
      {saved.data === null ? null : <SavedNote of={saved.data} />}
      {mayWrite ? (
        <form
          onSubmit={(event) => void submit(event)}
          className="flex flex-col gap-3 border-line border-t pt-4"
        >
          <TextField
            label="Note"
            hint="Why, for who reads the versions later."
            value={note}
            onChange={({ target }) => setNote(target.value)}
            error={act.faultOf('note')}
          />
          <FormProblem text={act.faultOf('document') ?? act.problem} />
          <div>
            <Button type="submit" kind="main" isBusy={act.isBusy} disabled={text === of.text}>
              Save as a new version
            </Button>
          </div>
        </form>
      ) : null}
    </>
  );
}
