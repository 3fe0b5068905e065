import type { ReactNode } from 'react';
import { Button, Loading, ProblemNote } from '../ui/index.ts';

/** What a list is drawn from, as `usePages` gives it. */
type Pages<Item> = {
  readonly items: readonly Item[] | undefined;
  readonly isError: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
};

/** A list in each of its states: not read yet, failed, empty, there, and more of it. */
export function Listed<Item>({
  children,
  empty,
  of,
  what,
}: {
  readonly of: Pages<Item>;
  /** As in "Loading grants". */
  readonly what: string;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}) {
  const failed = of.isError ? <ProblemNote error={of.error} retry={of.refetch} /> : null;
  if (of.items === undefined && failed !== null) return failed;
  if (of.items === undefined) return <Loading what={what} />;
  if (of.items.length === 0 && !of.hasNextPage) return empty;
  return (
    <div className="flex flex-col gap-3">
      {failed}
      {of.items.length === 0 ? (
        <p className="text-soft">No matches yet; there is more to search.</p>
      ) : (
        children(of.items)
      )}
      {of.hasNextPage ? (
        <div>
          <Button isBusy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
            {of.items.length === 0 ? 'Search further' : 'Show more'}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
