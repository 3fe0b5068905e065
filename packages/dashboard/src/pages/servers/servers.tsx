import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { only, usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, type Column, Empty, linkClass, Page, Table } from '../../ui/index.ts';
import { ServerLink, SeverityBadge, StateBadge } from '../../words/index.ts';

export type Server = AnswerOf<Endpoints['servers']['list']>['items'][number];

export function ServersPage() {
  const mayAdd = useMay('manage_servers');
  const { show } = useSearch({ from: '/inside/servers' });
  const servers = usePages(['servers', 'pages', show], (page) =>
    only(api.servers.list({ query: page }), (one) => show === undefined || SHOWN[show].is(one)),
  );
  const add = mayAdd ? (
    <Link to="/new-server" className={buttonClass('main')}>
      Add a server
    </Link>
  ) : null;
  return (
    <Page
      title="Servers"
      lead="The MCP servers behind this gateway, and what their tools can do."
      actions={add}
    >
      {show === undefined ? null : (
        <p className="text-soft">
          Only those {SHOWN[show].words}.{' '}
          <Link to="/servers" className={linkClass}>
            All servers
          </Link>
        </p>
      )}
      <Listed
        of={servers}
        what="servers"
        empty={
          show !== undefined ? (
            <Empty title={`No servers ${SHOWN[show].words}`}>All is well here.</Empty>
          ) : (
            <Empty title="No servers yet" action={add}>
              {add === null ? 'An admin adds' : 'Add'} one by its address, a command, the configuration of a
              client, or from the catalogue. The configuration file may declare some as well.
            </Empty>
          )
        }
      >
        {(items) => (
          <Table caption="Servers by name" columns={COLUMNS} rows={items} keyOf={({ slug }) => slug} />
        )}
      </Listed>
    </Page>
  );
}

/** What figures of the overview lead to. */
const SHOWN = {
  failing: {
    words: 'that fail or were stopped',
    is: ({ state }: Server) => state === 'failing' || state === 'stopped',
  },
  held: {
    words: 'with tools that wait for a person',
    is: ({ tools }: Server) => tools.some(({ state }) => state === 'held'),
  },
} as const;

const COLUMNS: readonly Column<Server>[] = [
  {
    name: 'Server',
    cell: ({ slug, title }) => <ServerLink slug={slug} title={title} />,
  },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Tools', align: 'right', cell: ({ tools }) => tools.length },
  { name: 'Worst', cell: ({ tools }) => <Worst of={tools} /> },
  { name: 'Held', align: 'right', cell: ({ tools }) => tools.filter(({ state }) => state === 'held').length },
  { name: 'Changed', isExtra: true, cell: ({ origin }) => (origin === 'file' ? 'in the file' : 'here') },
  { name: 'Era', isExtra: true, cell: ({ era }) => era ?? 'not known yet' },
];

const ORDER = ['Critical', 'High', 'Medium', 'Low'];

function Worst({ of }: { readonly of: Server['tools'] }) {
  const worst = ORDER.find((severity) => of.some((tool) => tool.severity === severity));
  return worst === undefined ? (
    <span className="text-soft">not listed yet</span>
  ) : (
    <SeverityBadge severity={worst} />
  );
}
