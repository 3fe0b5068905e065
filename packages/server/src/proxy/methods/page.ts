import type { Json, JsonObject } from '@boomgate/engine';
import { PAGE_ITEMS } from '../../limits/index.ts';

export const BAD_CURSOR = 'invalid cursor: expected one that a page ended with';

/** Where the page before ended; empty at the beginning, undefined when the cursor is none of ours. */
export function readCursor(cursor: Json | undefined): string | undefined {
  if (cursor === undefined) return '';
  if (typeof cursor !== 'string' || cursor === '') return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  return bytes.toString('base64url') === cursor ? bytes.toString('utf8') : undefined;
}

/** One page of a list that is sorted by `key`: the list may change meanwhile, and still none is repeated or skipped. */
export function pageOf(
  items: readonly JsonObject[],
  key: string,
  after: string,
): { readonly items: readonly JsonObject[]; readonly nextCursor?: string } {
  const from = after === '' ? 0 : items.findIndex((item) => String(item[key]) > after);
  if (from < 0) return { items: [] };
  const page = items.slice(from, from + PAGE_ITEMS);
  if (from + PAGE_ITEMS >= items.length) return { items: page };
  return { items: page, nextCursor: Buffer.from(String(page.at(-1)?.[key])).toString('base64url') };
}
