import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading, ProblemNote } from '../ui/index.ts';

/** What was read, in each of its states. Where a later look fails, what was read before stays, and with it what is typed there. */
export function Loaded<Data>({
  children,
  of: { data, error, isError, refetch },
  what,
}: {
  readonly of: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isError' | 'refetch'>;
  /** As in "Loading the grant". */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}) {
  return (
    <>
      {isError ? <ProblemNote error={error} retry={refetch} /> : null}
      {data !== undefined ? children(data) : isError ? null : <Loading what={what} />}
    </>
  );
}
