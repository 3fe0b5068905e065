import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Confirm, FormProblem, notify, Section, Table, Untrusted } from '../../ui/index.ts';
import { VersionLink } from '../../words/index.ts';

type Policy = AnswerOf<Endpoints['policies']['show']>;

/** Everything that was ever in force. To roll back is to save the old text again. */
export function Versions({ etag, of }: { readonly of: Policy; readonly etag: string }) {
  const act = useAct();
  const mayWrite = useMay('write_policies') && of.origin === 'stored';
  const versions = usePages(['policies', 'versions', of.name], (page) =>
    api.policies.versions({ params: { policy: of.name }, query: page }),
  );
  const rollBack = async (version: number) => {
    const sent = {
      params: { policy: of.name },
      body: { version, note: `back to ${version}` },
      ifMatch: etag,
    };
    const done = await act.run(() => bodyOf(api.policies.rollback(sent)));
    if (done !== undefined)
      notify(done.policy === undefined ? 'It waits for a second person' : 'It is in force');
    await queryClient.invalidateQueries({ queryKey: ['proposals'] });
    await queryClient.invalidateQueries({ queryKey: ['policies'] });
  };
  return (
    <Section title="Versions">
      <FormProblem text={act.problem} />
      <Listed of={versions} what="versions" empty={<p className="text-soft">None.</p>}>
        {(items) => (
          <Table
            caption="Versions, newest first"
            rows={items}
            keyOf={({ version }) => String(version)}
            columns={[
              { name: 'Version', align: 'right', cell: (one) => <VersionLink of={one} /> },
              { name: 'Saved', cell: ({ savedAt }) => <Ago at={savedAt} /> },
              { name: 'By', cell: ({ author }) => <Untrusted text={author?.name ?? 'not known'} /> },
              { name: 'Note', cell: ({ note }) => <Untrusted text={note} /> },
              {
                name: 'Change',
                cell: ({ version }) =>
                  mayWrite && version !== of.version ? (
                    <Confirm
                      label="Roll back"
                      about={`to version ${version}`}
                      question={`Put version ${version} in force again?`}
                      act={() => rollBack(version)}
                    >
                      It becomes a new version, in force from the next call, or once a second person has
                      accepted it.
                    </Confirm>
                  ) : null,
              },
            ]}
          />
        )}
      </Listed>
    </Section>
  );
}
