import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { bareLinkClass, Card, Empty, later, Scrolling } from '../../ui/index.ts';
import { OUTCOMES } from '../../words/index.ts';
import { COLORS } from './colors.ts';
import { type Counted, STACKED, type Stacked, type StatColumn } from './columns.ts';

const Chart = later('the chart', async () => (await import('./chart.tsx')).Chart);

/** Calls by outcome over time: the picture, what it says in figures, and a table of the same. */
export function Outcomes({ of }: { readonly of: Counted }) {
  const navigate = useNavigate();
  const { all, columns, totals } = of;
  const [pointed, setPointed] = useState<number>();
  const column = pointed === undefined ? undefined : columns[pointed];
  if (all === 0)
    return (
      <Empty title="No requests in this period">
        Mint a grant, give its address and token to an agent, and its requests are counted here.
      </Empty>
    );
  return (
    <Card>
      <div className="flex flex-col gap-3">
        <Chart
          columns={columns}
          label={`${all.toLocaleString()} requests by outcome over time; the table below has every figure`}
          onHover={setPointed}
          onPress={(index) => {
            const pressed = columns[index];
            if (pressed !== undefined) void navigate({ to: '/log', search: spanSearch(pressed) });
          }}
        />
        <Legend counts={column?.counts ?? totals} of={of} column={column} />
        <Figures columns={columns} />
      </div>
    </Card>
  );
}

function spanSearch({ atMs, untilMs }: StatColumn) {
  return { since: new Date(atMs).toISOString(), until: new Date(untilMs).toISOString() };
}

/** Each outcome with its colour and its figure: of the column that is pointed at, or of all. */
function Legend({
  column,
  counts,
  of: { since, until },
}: {
  readonly counts: StatColumn['counts'];
  readonly column: StatColumn | undefined;
  readonly of: Pick<Counted, 'since' | 'until'>;
}) {
  const span = column === undefined ? { since, until } : spanSearch(column);
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      {STACKED.filter((name) => counts[name] > 0).map((name) => (
        <li key={name}>
          <Link
            to="/log"
            search={{ ...span, outcome: name }}
            className="flex min-h-6 items-center gap-1.5 underline-offset-2 hover:underline"
          >
            <span
              aria-hidden="true"
              className="size-2.5 rounded-sm forced-color-adjust-none"
              style={{ background: `var(${COLORS[name]})` }}
            />
            {wordOf(name)} <span className="font-semibold tabular-nums">{counts[name].toLocaleString()}</span>
          </Link>
        </li>
      ))}
      <li className="ml-auto text-soft">{column === undefined ? 'in all' : timeOf(column)}</li>
    </ul>
  );
}

function Figures({ columns }: { readonly columns: readonly StatColumn[] }) {
  const names = STACKED.filter((name) => columns.some(({ counts }) => counts[name] > 0));
  return (
    <details>
      <summary className="cursor-pointer text-accent-text text-sm">Show as a table</summary>
      <Scrolling
        label="Requests by outcome"
        className="mt-2 max-h-80 overflow-auto rounded border border-line"
      >
        <table className="w-full border-collapse text-left text-sm">
          <thead className="sticky top-0 bg-sunken text-soft">
            <tr>
              <th scope="col" className="px-3 py-1.5 font-medium">
                From
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {wordOf(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns
              .filter(({ all }) => all > 0)
              .map((column) => (
                <tr key={column.atMs} className="border-line border-t">
                  <th scope="row" className="whitespace-nowrap px-3 py-1.5 font-normal">
                    <Link to="/log" search={spanSearch(column)} className={bareLinkClass}>
                      {timeOf(column)}
                    </Link>
                  </th>
                  {names.map((name) => (
                    <td key={name} className="px-3 py-1.5 text-right tabular-nums">
                      {column.counts[name].toLocaleString()}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </Scrolling>
    </details>
  );
}

function wordOf(name: Stacked): string {
  return OUTCOMES[name]?.word ?? name;
}

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function timeOf({ atMs }: StatColumn): string {
  return TIME.format(atMs);
}
