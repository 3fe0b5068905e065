import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { ChangesWaiting } from '../../app/changes-waiting.tsx';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import { Ago, Badge, buttonClass, type Column, Empty, Page, Table, Untrusted } from '../../ui/index.ts';
import { PolicyLink } from '../../words/index.ts';

type Policy = AnswerOf<Endpoints['policies']['list']>['items'][number];

export function PoliciesPage() {
  const mayWrite = useMay('write_policies');
  const policies = usePages(['policies'], (page) => api.policies.list({ query: page }));
  const add = mayWrite ? (
    <Link to="/new-policy" className={buttonClass('main')}>
      New policy
    </Link>
  ) : null;
  return (
    <Page
      title="Policies"
      lead="What agents may call, with which arguments and how often. Exactly one version of each is in force."
      actions={add}
    >
      <ChangesWaiting isOf={({ attach, base }) => attach === undefined && base === 0} />
      <Listed
        of={policies}
        what="policies"
        empty={
          <Empty title="No policies yet" action={add}>
            A grant without a policy lets nothing through.
          </Empty>
        }
      >
        {(items) => (
          <Table
            caption="Policies by name"
            columns={COLUMNS}
            rows={items}
            keyOf={({ name, origin }) => `${origin} ${name}`}
          />
        )}
      </Listed>
    </Page>
  );
}

const COLUMNS: readonly Column<Policy>[] = [
  {
    name: 'Name',
    cell: ({ name }) => <PolicyLink name={name} />,
  },
  { name: 'Version', align: 'right', cell: ({ version }) => version },
  { name: 'For', cell: ({ server }) => server ?? 'any server' },
  { name: 'By', isExtra: true, cell: ({ author }) => <Untrusted text={author?.name ?? 'not known'} /> },
  { name: 'Saved', cell: ({ savedAt }) => <Ago at={savedAt} /> },
  {
    name: 'Changed',
    cell: ({ isShadowed, origin }) => (
      <>
        {origin === 'file' ? 'in the file' : 'here'}{' '}
        {isShadowed ? <Badge tone="warn">not in force: the file declares one of this name</Badge> : null}
      </>
    ),
  },
];
