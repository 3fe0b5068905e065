import type { ReactNode } from 'react';
import { Card } from '../../ui/index.ts';

type Ranked = {
  readonly key: string;
  readonly name: ReactNode;
  /** Stays in sight when the name is too long. */
  readonly beside?: string;
  readonly count: number;
};

/** What there is most of, each with a bar as long as its part of the first. */
export function RankedList({ empty, of }: { readonly of: readonly Ranked[]; readonly empty: string }) {
  const most = Math.max(1, ...of.map(({ count }) => count));
  if (of.length === 0) return <p className="text-soft">{empty}</p>;
  return (
    <Card>
      <ol className="flex flex-col gap-2">
        {of.map(({ beside, count, key, name }) => (
          <li key={key} className="flex flex-col gap-1">
            <span className="flex items-baseline justify-between gap-3">
              <span className="flex min-w-0 flex-1 items-baseline gap-1.5">
                <span className="min-w-0 truncate">{name}</span>{' '}
                <span title={beside} className="max-w-[50%] shrink-0 truncate text-soft text-sm">
                  {beside}
                </span>
              </span>
              <span className="font-semibold tabular-nums">{count.toLocaleString()}</span>
            </span>
            <span aria-hidden="true" className="h-1 rounded-full bg-sunken forced-color-adjust-none">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
