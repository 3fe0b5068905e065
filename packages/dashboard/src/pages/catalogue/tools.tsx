import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { type Column, linkClass, Table, Untrusted } from '../../ui/index.ts';
import { ClassBadge, SeverityBadge } from '../../words/index.ts';

type Tool = AnswerOf<Endpoints['catalogue']['search']>['tools'][number];

const NAME: Column<Tool> = {
  name: 'Tool',
  cell: ({ name, server }) => (
    <Link
      to="/catalogue/$server/$tool"
      params={{ server, tool: name }}
      className={`${linkClass} font-mono text-sm`}
    >
      <Untrusted text={name} />
    </Link>
  ),
};

const SERVER: Column<Tool> = {
  name: 'Server',
  cell: ({ server, serverName }) => (
    <Link to="/catalogue/$server" params={{ server }} className={linkClass}>
      <Untrusted text={serverName} />
    </Link>
  ),
};

const REST: readonly Column<Tool>[] = [
  { name: 'Class', cell: (one) => <ClassBadge of={one.class} severity={one.severity} /> },
  { name: 'Level', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
  {
    name: 'Description',
    isExtra: true,
    cell: ({ summary }) => (
      <span className="text-soft">
        <Untrusted text={summary} />
      </span>
    ),
  },
];

export function Tools({ items }: { readonly items: readonly Tool[] }) {
  return (
    <Table
      caption="Tools, best first"
      columns={[NAME, SERVER, ...REST]}
      rows={items}
      keyOf={({ name, server }) => `${server} ${name}`}
    />
  );
}
