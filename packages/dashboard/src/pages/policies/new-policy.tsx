import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { useHandedDraft } from '../../app/handed-draft.ts';
import { needing } from '../../app/needs.tsx';
import { queryClient } from '../../app/query.ts';
import { serversQuery } from '../../app/reads.ts';
import { useTexts } from '../../app/texts.ts';
import { AskBeforeLeaving, beforeClosing } from '../../app/unsaved.tsx';
import { Button, FormProblem, notify, Page, SelectField, TextField } from '../../ui/index.ts';
import { serverWords } from '../../words/index.ts';
import { useDraft } from './draft.ts';
import { FromLog } from './over-log/index.ts';
import { askedIn, type ChangeSearch, IN_PLACE, type PolicySearch, withAsked } from './search.ts';
import { Workbench } from './workbench.tsx';

const BEGINNING = `{
  "version": "1",
  "default": "deny",
  "tools": {}
}
`;

export const NewPolicyPage = needing({ permission: 'write_policies', title: 'New policy' }, NewPolicy);

function NewPolicy() {
  const act = useAct();
  const navigate = useNavigate({ from: '/new-policy' });
  const search = useSearch({ from: '/inside/new-policy' });
  const { server } = search;
  const { field, texts } = useTexts(act, { name: '', note: '' });
  const beginning = useHandedDraft()?.text ?? BEGINNING;
  const draft = useDraft(beginning);
  const save = async () => {
    const body = { ...texts, document: draft.text, ...(server === undefined ? {} : { server }) };
    const made = await act.run(() => bodyOf(api.policies.create({ body })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['policies'] });
    notify(made.policy === undefined ? 'It waits for a second person' : 'It is in force');
    if (made.proposal === undefined) return navigate({ to: '/policies', ignoreBlocker: true });
    await queryClient.invalidateQueries({ queryKey: ['proposals'] });
    const params = { proposal: made.proposal.id };
    await navigate({ to: '/proposals/$proposal', params, ignoreBlocker: true });
  };
  const go: ChangeSearch = (change) => void navigate({ search: change, ...IN_PLACE });
  return (
    <Page title="New policy" lead="Only what it allows passes." isWide>
      <form
        id="new-policy"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          beforeClosing(() => void save());
        }}
        className="grid max-w-3xl gap-3 sm:grid-cols-2"
      >
        <TextField label="Name" required {...field('name')} />
        <ServerField search={search} onSearch={go} error={act.faultOf('server')} />
      </form>
      <FromLog
        server={server}
        asked={askedIn(search, 'suggestion')}
        onAsked={(wanted) => go((before) => withAsked(before, 'suggestion', wanted))}
        isOpenAtFirst={search.from === 'log'}
        onDraft={(text, of) => {
          draft.replace(text);
          go((before) => ({ ...before, server: of }));
        }}
      />
      <Workbench draft={draft} server={server} search={search} onSearch={go} />
      <div className="flex flex-col gap-3 border-line border-t pt-4">
        <TextField
          label="Note"
          form="new-policy"
          hint="Why, for whoever reads the versions later."
          {...field('note')}
        />
        <FormProblem text={act.faultOf('document') ?? act.problem} />
        <div>
          <Button type="submit" form="new-policy" kind="main" isBusy={act.isBusy}>
            Save
          </Button>
        </div>
        <AskBeforeLeaving isUnsaved={draft.text !== beginning} what="policy" />
      </div>
    </Page>
  );
}

function ServerField({
  error,
  onSearch,
  search,
}: {
  readonly error: string | undefined;
  readonly search: PolicySearch;
  readonly onSearch: ChangeSearch;
}) {
  const { data } = useQuery(serversQuery);
  const servers = data?.items ?? [];
  const isListed = servers.some(({ slug }) => slug === search.server);
  const shown = search.server === undefined || isListed ? servers : [...servers, { slug: search.server }];
  // What is suggested follows it.
  const choose = (server: string) =>
    onSearch(({ grant: _grant, logServer: _ofLog, server: _before, ...rest }) =>
      server === '' ? rest : { ...rest, server },
    );
  return (
    <SelectField
      label="For"
      hint="For one server, the policy is checked against its tools."
      value={search.server ?? ''}
      error={error}
      onChange={({ target }) => choose(target.value)}
    >
      <option value="">any server</option>
      {shown.map((one) => (
        <option key={one.slug} value={one.slug}>
          {serverWords(one)}
        </option>
      ))}
    </SelectField>
  );
}
