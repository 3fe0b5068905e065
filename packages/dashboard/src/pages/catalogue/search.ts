import { useInfiniteQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import type { CatalogueSearch } from '../../app/search/index.ts';

/** Tools on one page. */
const LIMIT = 25;

/** Servers and tools of the index, page after page. */
export function useSearchOf(search: CatalogueSearch) {
  const query = useInfiniteQuery({
    queryKey: ['catalogue', 'search', search],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.catalogue.search({
          query: { ...search, limit: LIMIT, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const [first] = query.data?.pages ?? [];
  return { ...query, first, items: query.data?.pages.flatMap(({ tools }) => tools) };
}
