import type { Answered } from '@boomgate/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { bodyOf } from './api.ts';

type OnePage<Item> = { readonly items: readonly Item[]; readonly next?: string | undefined };

export type PageQuery = { readonly cursor?: string };

/** A list of the API, page after page: all items that were read so far. */
export function usePages<Item>(
  key: readonly unknown[],
  read: (page: PageQuery) => Promise<Answered<OnePage<Item>>>,
  options: { readonly refetchMs?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => bodyOf(read(pageParam === '' ? {} : { cursor: pageParam })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
  return { ...query, items: query.data?.pages.flatMap(({ items }) => items) };
}
