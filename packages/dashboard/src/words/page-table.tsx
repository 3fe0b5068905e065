import type { PageBlock } from '@boomgate/contract';
import { type Column, capital, spoken, Table, Untrusted } from '../ui/index.ts';
import { ClassBadge, SeverityBadge } from './badges.tsx';
import { PlaceLink } from './place-link.tsx';

type Shown = Extract<PageBlock, { kind: 'table' }>;
type Row = { readonly cells: readonly string[]; readonly to: string | undefined; readonly at: number };

/** A table of a page. The tool of a row leads to its page; classes and levels have their colours. */
export function PageTable({ of: { head, rows, to } }: { readonly of: Shown }) {
  const level = head.indexOf('level');
  const columns = head.map(
    (name, at): Column<Row> => ({
      name: capital(name),
      ...(name === 'description' && level !== -1 ? { isExtra: true } : {}),
      cell: (row) => <Cell of={row} name={name} at={at} level={level} />,
    }),
  );
  return (
    <Table
      caption={head.map(spoken).join(', ')}
      columns={columns}
      rows={rows.map((cells, at): Row => ({ cells, to: to?.[at], at }))}
      keyOf={({ at }) => String(at)}
    />
  );
}

function Cell({
  at,
  level,
  name,
  of: { cells, to },
}: {
  readonly of: Row;
  readonly name: string;
  readonly at: number;
  readonly level: number;
}) {
  const text = cells[at] ?? '';
  if (name === 'class') return <ClassBadge of={text} severity={cells[level] ?? ''} />;
  if (name === 'level') return <SeverityBadge severity={text} />;
  const shown = <Untrusted text={text} />;
  if (name === 'tool' && to !== undefined) return <PlaceLink to={to}>{shown}</PlaceLink>;
  return name === 'argument' ? <span className="font-mono text-sm">{shown}</span> : shown;
}
