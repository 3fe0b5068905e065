import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ChangesWaiting } from '../../app/changes-waiting.tsx';
import { useHandedDraft } from '../../app/handed-draft.ts';
import { useProposalsWaiting } from '../../app/proposals-waiting.ts';
import { queryClient } from '../../app/query.ts';
import { policyQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import { useTexts } from '../../app/texts.ts';
import { AskBeforeLeaving, beforeClosing, isAnythingOpened } from '../../app/unsaved.tsx';
import {
  Ago,
  Button,
  FormProblem,
  Loading,
  notify,
  Page,
  ProblemNote,
  TextField,
  Untrusted,
} from '../../ui/index.ts';
import { AgainstServers } from './against-servers.tsx';
import { type Draft, useDraft } from './draft.ts';
import { Overtaken } from './overtaken.tsx';
import { SavedNote } from './saved.tsx';
import { IN_PLACE } from './search.ts';
import { Versions } from './versions.tsx';
import { Workbench } from './workbench.tsx';

type Policy = AnswerOf<Endpoints['policies']['show']>;
type Tagged = { readonly body: Policy; readonly etag: string };

export function PolicyPage() {
  const { policy } = useParams({ from: '/inside/policies/$policy' });
  const query = useQuery(policyQuery(policy));
  // Where a later look fails, what is being written stays.
  if (query.isLoadingError)
    return (
      <Page title={policy}>
        <ProblemNote error={query.error} retry={query.refetch} />
      </Page>
    );
  if (query.data === undefined)
    return (
      <Page title={policy} isWide>
        <Loading what="the policy" />
      </Page>
    );
  const { body, etag } = query.data;
  return (
    <Page title={body.name} lead={<Lead of={body} />} isWide>
      <ChangesWaiting isOf={({ attach, policy: of }) => attach === undefined && of === body.name} />
      <Change key={body.name} current={query.data} />
      {body.server === undefined ? <AgainstServers policy={body.name} text={body.text} /> : null}
      <Versions of={body} etag={etag} />
    </Page>
  );
}

function Lead({ of: { author, note, origin, savedAt, server, version } }: { readonly of: Policy }) {
  return (
    <>
      Version {version}, saved <Ago at={savedAt} /> by <Untrusted text={author?.name ?? 'somebody'} />
      {note === '' ? '' : ': '}
      <Untrusted text={note} />. It may decide for {server ?? 'any server'}.
      {origin === 'file' ? ' The configuration file declares it, and changes it.' : ''}
    </>
  );
}

type Saved = AnswerOf<Endpoints['policies']['save']>;

/** The policy in force as it is written on; what is not saved outlasts other versions that are. */
function Change({ current }: { readonly current: Tagged }) {
  const of = current.body;
  const mayWrite = useMay('write_policies') && of.origin === 'stored';
  const { base, draft, isOvertaken, rebase } = useBasedDraft(current);
  const search = useSearch({ from: '/inside/policies/$policy' });
  const navigate = useNavigate({ from: '/policies/$policy' });
  const saved = useQuery<Saved | null>({
    queryKey: ['policies', 'saved', of.name],
    // Put there by a save, and read from nowhere.
    enabled: false,
    queryFn: () => null,
    initialData: null,
  });
  return (
    <>
      <Workbench
        draft={draft}
        isReadOnly={!mayWrite}
        server={of.server}
        policy={of.name}
        search={search}
        onSearch={(change) => void navigate({ search: change, ...IN_PLACE })}
      />
      <section aria-label="Saving" tabIndex={-1} className="flex flex-col gap-5 outline-none">
        {saved.data === null ? null : <SavedNote of={saved.data} />}
        {isOvertaken ? (
          <Overtaken
            base={base.body.version}
            by={of}
            onGoOn={() => rebase(current, draft.text)}
            onDrop={() => beforeClosing(() => rebase(current, of.text))}
          />
        ) : null}
        {mayWrite ? (
          <Save base={base} draft={draft} onSaved={(fresh) => rebase(fresh, fresh.body.text)} />
        ) : null}
      </section>
    </>
  );
}

/** A draft, with the version that it was made from. Whoever has changed nothing is led on to what is in force. */
function useBasedDraft(current: Tagged) {
  const [base, setBase] = useState(current);
  const handed = useHandedDraft();
  const draft = useDraft(
    handed !== undefined && handed.base === current.body.version ? handed.text : current.body.text,
  );
  const rebase = (on: Tagged, text: string) => {
    setBase(on);
    if (text !== draft.text) draft.restart(text);
  };
  const isOvertaken = current.etag !== base.etag;
  if (isOvertaken && draft.text === base.body.text && !isAnythingOpened()) rebase(current, current.body.text);
  return { base, draft, isOvertaken, rebase };
}

function Save({
  base: { body: of, etag },
  draft: { text },
  onSaved,
}: {
  readonly base: Tagged;
  readonly draft: Draft;
  readonly onSaved: (fresh: Tagged) => void;
}) {
  const act = useAct();
  const { field, put, texts } = useTexts(act, { note: '' });
  /** What is not lost with the page: another page handed it on, or it waits for a second person. */
  const [kept, setKept] = useState(useHandedDraft()?.text);
  const [proposed, setProposed] = useState('');
  const waits = useProposalsWaiting()?.some(({ id }) => id === proposed) === true && text === kept;
  /** Of the version that was last saved upon: what was wrong with that is not wrong with another. */
  const [tried, setTried] = useState('');
  const save = async () => {
    const sent = { params: { policy: of.name }, body: { ...texts, document: text }, ifMatch: etag };
    setTried(etag);
    const done = await act.run(() => bodyOf(api.policies.save(sent)));
    void queryClient.invalidateQueries({ queryKey: ['policies', 'versions', of.name] });
    const look = () => queryClient.fetchQuery({ ...policyQuery(of.name), staleTime: 0 });
    // Where another version is in force by now, the page says whose.
    if (done === undefined) return void look().catch(() => undefined);
    if (done.proposal !== undefined) await queryClient.invalidateQueries({ queryKey: ['proposals'] });
    queryClient.setQueryData(['policies', 'saved', of.name], done);
    notify(done.policy === undefined ? 'It waits for a second person' : 'It is in force');
    put({ note: '' });
    if (done.proposal === undefined) return onSaved(await look());
    setKept(text);
    setProposed(done.proposal.id);
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        beforeClosing(() => void save());
      }}
      className="flex flex-col gap-3 border-line border-t pt-4"
    >
      <TextField label="Note" hint="Why, for whoever reads the versions later." {...field('note')} />
      <FormProblem text={tried === etag ? (act.faultOf('document') ?? act.problem) : undefined} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy} disabled={text === of.text || waits}>
          Save as a new version
        </Button>
      </div>
      <AskBeforeLeaving isUnsaved={text !== of.text && text !== kept} what="policy" />
    </form>
  );
}
