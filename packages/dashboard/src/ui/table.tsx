import type { ReactNode } from 'react';
import { Scrolling } from './scrolling.tsx';

export type Column<Row> = {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Shown only where there is room. */
  readonly isExtra?: true;
  readonly align?: 'right';
};

/** A list that people scan; the first column names the rows. On narrow screens it scrolls by itself, so that the page does not. */
export function Table<Row>({
  caption,
  columns,
  keyOf,
  rows,
}: {
  /** For who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  return (
    <Scrolling label={caption} className="overflow-x-auto rounded-lg border border-line bg-card">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="bg-sunken text-soft text-sm">
          <tr>
            {columns.map(({ align, isExtra, name }) => (
              <th key={name} scope="col" className={`px-3 py-2 font-medium ${placed(isExtra, align)}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-line border-t hover:bg-sunken">
              {columns.map(({ align, cell, isExtra, name }, at) => {
                const Cell = at === 0 ? 'th' : 'td';
                return (
                  <Cell
                    key={name}
                    {...(at === 0 ? { scope: 'row' } : {})}
                    className={`px-3 py-2 align-baseline font-normal first:min-w-28 ${placed(isExtra, align)}`}
                  >
                    {cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function placed(isExtra: true | undefined, align: 'right' | undefined): string {
  return `${isExtra === true ? 'hidden md:table-cell' : ''} ${align === 'right' ? 'text-right tabular-nums' : ''}`;
}
