import type { Answered } from '@boomgate/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { bodyOf } from './api.ts';

/** A page of a list of the API. */
export type OnePage<Item> = { readonly items: readonly Item[]; readonly next?: string | undefined };

type PageQuery = { readonly cursor?: string };

/** Pages without an item that are read on their own: a page of a log looks at 5,000 rows, one of a list may have others, and nobody asks for the next 20 times. */
const PAGES_WITHOUT_ITEMS = 20;

/** A list of the API, page after page: all items that were read so far. */
export function usePages<Item>(
  key: readonly unknown[],
  read: (page: PageQuery) => Promise<Answered<OnePage<Item>>>,
  options: { readonly refetchMs?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => readOn(read, pageParam),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
  return { ...query, items: query.data?.pages.flatMap(({ items }) => items) };
}

/** A page with those items alone that are wanted; where it has none, `usePages` reads on. */
export async function only<Item>(
  page: Promise<Answered<OnePage<Item>>>,
  isWanted: (item: Item) => boolean,
): Promise<Answered<OnePage<Item>>> {
  const answered = await page;
  if (!answered.ok) return answered;
  return { ...answered, body: { ...answered.body, items: answered.body.items.filter(isWanted) } };
}

/** The page at a cursor, or the first after it that has items. */
async function readOn<Item>(
  read: (page: PageQuery) => Promise<Answered<OnePage<Item>>>,
  cursor: string,
): Promise<OnePage<Item>> {
  let page = await bodyOf(read(cursor === '' ? {} : { cursor }));
  for (let more = 1; more < PAGES_WITHOUT_ITEMS; more += 1) {
    if (page.items.length > 0 || page.next === undefined) break;
    page = await bodyOf(read({ cursor: page.next }));
  }
  return page;
}
