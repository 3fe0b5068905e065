import type { JsonObject } from '@boomgate/engine';
import { PAGE_ITEMS } from '../../limits/index.ts';

/** A page, and with what it ended when there is another. */
type Page = { readonly items: readonly JsonObject[]; readonly last?: string };

/** One page of a list that is sorted by `key`: the list may change meanwhile, and still none is repeated or skipped. */
export function pageOf(items: readonly JsonObject[], key: string, after: string): Page {
  const from = after === '' ? 0 : items.findIndex((item) => String(item[key]) > after);
  if (from < 0) return { items: [] };
  const page = items.slice(from, from + PAGE_ITEMS);
  return from + PAGE_ITEMS >= items.length
    ? { items: page }
    : { items: page, last: String(page.at(-1)?.[key]) };
}
