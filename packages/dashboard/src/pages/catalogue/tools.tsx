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
      className={`${linkClass} line-clamp-2 max-w-72 font-mono text-sm`}
    >
      <Untrusted text={name} />
    </Link>
  ),
};

const SERVER: Column<Tool> = {
  name: 'Server',
  cell: ({ server, serverName }) => (
    <Link to="/catalogue/$server" params={{ server }} className={`${linkClass} line-clamp-2 max-w-52`}>
      <Untrusted text={serverName} />
    </Link>
  ),
};

const REST: readonly Column<Tool>[] = [
  {
    name: 'Class, level',
    cell: (one) => (
      <span className="flex gap-1.5">
        <ClassBadge of={one.class} severity={one.severity} />
        <SeverityBadge severity={one.severity} />
      </span>
    ),
  },
  {
    name: 'Description',
    isExtra: true,
    cell: ({ summary }) => (
      <span className="line-clamp-2 min-w-64 text-soft text-sm">
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
