import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, type Column, Empty, Page, Table } from '../../ui/index.ts';
import { SeverityBadge, StateBadge } from '../../words/index.ts';

export type Server = AnswerOf<Endpoints['servers']['list']>['items'][number];

export function ServersPage() {
  const mayAdd = useMay('manage_servers');
  const servers = usePages(['servers', 'pages'], (page) => api.servers.list({ query: page }));
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
      <Listed
        of={servers}
        what="servers"
        empty={
          <Empty title="No servers yet" action={add}>
            By its address, a command, the configuration of a client, or from the catalogue. The configuration
            file may declare some as well.
          </Empty>
        }
      >
        {(items) => (
          <Table caption="Servers by name" columns={COLUMNS} rows={items} keyOf={({ slug }) => slug} />
        )}
      </Listed>
    </Page>
  );
}

const COLUMNS: readonly Column<Server>[] = [
  {
    name: 'Server',
    cell: ({ slug }) => (
      <Link
        to="/servers/$server"
        params={{ server: slug }}
        className="text-accent-text underline underline-offset-2"
      >
        {slug}
      </Link>
    ),
  },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Tools', align: 'right', cell: ({ tools }) => tools.length },
  { name: 'Worst', cell: ({ tools }) => <Worst of={tools} /> },
  { name: 'Held', align: 'right', cell: ({ tools }) => tools.filter(({ state }) => state === 'held').length },
  { name: 'Changed', isExtra: true, cell: ({ origin }) => (origin === 'file' ? 'by the file' : 'here') },
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
