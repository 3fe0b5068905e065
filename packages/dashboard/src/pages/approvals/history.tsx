import { APPROVAL_STATE_NAMES } from '@boomgate/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { ListSearch } from '../../app/list-search.tsx';
import { only, usePages } from '../../app/pages.ts';
import type { Approval } from '../../app/waiting.ts';
import { Ago, bareLinkClass, type Column, Section, Table, Untrusted } from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';

/** What became of earlier calls, with a search that stands in the address; of those that wait, also the ones that are not shown above. */
export function History() {
  const navigate = useNavigate();
  const { state: wanted, text } = useSearch({ from: '/inside/approvals' });
  const state = APPROVAL_STATE_NAMES.find((one) => one === wanted);
  const all = usePages(['approvals', 'history', state, text], (page) =>
    // Without a state the API tells of those that wait as well.
    only(
      api.approvals.list({
        query: {
          ...page,
          ...(state === undefined ? {} : { state }),
          ...(text === undefined ? {} : { text }),
        },
      }),
      (one) => state === 'waiting' || one.state !== 'waiting',
    ),
  );
  return (
    <Section title="Earlier">
      <ListSearch
        state={state ?? ''}
        states={APPROVAL_STATE_NAMES}
        text={text ?? ''}
        placeholder="tool, server, grant, rule, who decided, note"
        onSearch={(search) => void navigate({ to: '/approvals', search, replace: true })}
      />
      <Listed of={all} what="earlier approvals" empty={<p className="text-soft">None.</p>}>
        {(items) => (
          <Table caption="Approvals, newest first" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />
        )}
      </Listed>
    </Section>
  );
}

const COLUMNS: readonly Column<Approval>[] = [
  {
    name: 'Tool',
    cell: ({ id, tool }) => (
      <Link to="/approvals/$approval" params={{ approval: id }} className={bareLinkClass}>
        <Untrusted text={tool} />
      </Link>
    ),
  },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
  { name: 'Server', isExtra: true, cell: ({ server }) => server },
  { name: 'Asked', cell: ({ askedAt }) => <Ago at={askedAt} /> },
  {
    name: 'Decided by',
    isExtra: true,
    cell: ({ votes }) => <Untrusted text={votes.map(({ by }) => by.email ?? by.id).join(', ')} />,
  },
  {
    name: 'Note',
    isExtra: true,
    cell: ({ votes }) => <Untrusted text={votes.flatMap(({ note }) => note ?? []).join('; ')} />,
  },
];
