import { type Column, Section, Signal, Table, Untrusted } from '../../ui/index.ts';
import { ClassBadge, ServerLink, SeverityBadge } from '../../words/index.ts';
import { GrantNames } from './grant-names.tsx';
import type { StackServer } from './stack-server.ts';

type Row = { readonly server: StackServer; readonly tool: StackServer['tools'][number] };

/** The servers that were read so far, and whether those are all. */
export type Read = { readonly of: readonly StackServer[]; readonly isAll: boolean };

/** High and Critical tools that some grant calls with nothing in between: what to mend first. */
export function Uncovered({ isAll, of }: Read) {
  const rows = of
    .flatMap((server) =>
      server.tools.filter(({ tool }) => server.uncovered.includes(tool)).map((tool) => ({ server, tool })),
    )
    .sort((one, other) => rankOf(one) - rankOf(other));
  const further = `Of the first ${of.length} servers: the others come with “Show more” below.`;
  if (rows.length === 0 && !isAll)
    return (
      <Signal state="waiting" title="Nothing High or Critical is uncovered so far">
        {further}
      </Signal>
    );
  if (rows.length === 0)
    return (
      <Signal state="arrived" title="Nothing High or Critical is uncovered">
        A rule, a limit or a person stands before every such tool that an agent can call.
      </Signal>
    );
  return (
    <Section title={`${rows.length} uncovered${isAll ? '' : ' so far'}: fix these first`}>
      {isAll ? null : <p className="text-soft">{further}</p>}
      <Table
        caption="Uncovered tools, worst first"
        rows={rows}
        keyOf={({ server, tool }) => `${server.slug} ${tool.tool}`}
        columns={COLUMNS}
      />
    </Section>
  );
}

const rankOf = ({ tool }: Row): number => (tool.severity === 'Critical' ? 0 : 1);

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool.tool} /> },
  { name: 'Severity', cell: ({ tool }) => <SeverityBadge severity={tool.severity} /> },
  {
    name: 'Class',
    isExtra: true,
    cell: ({ tool }) => <ClassBadge of={tool.class} severity={tool.severity} />,
  },
  { name: 'Server', cell: ({ server }) => <ServerLink slug={server.slug} title={server.title} /> },
  { name: 'Let through by', cell: (row) => <Doors of={row} /> },
];

function Doors({ of: { server, tool } }: { readonly of: Row }) {
  const open = tool.reach.flatMap(({ checks, door, outcome }) => {
    const through = server.doors[door];
    const isOpen = through?.mode === 'observe' || (outcome === 'allow' && checks.length === 0);
    return through !== undefined && isOpen ? [through] : [];
  });
  return (
    <ul className="min-w-56">
      {open.map(({ grants, mode, policy }) => (
        <li key={`${mode} ${policy ?? ''}`}>
          <GrantNames of={grants} />{' '}
          <span className="text-soft">
            {mode === 'observe' ? 'only observes' : `under ${policy ?? 'no policy'}, which asks for nothing`}
          </span>
        </li>
      ))}
    </ul>
  );
}
