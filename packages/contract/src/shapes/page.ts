import { z } from 'zod';

/** Items of one page unless asked otherwise, and the most: a page is read by a person or in one go by a script. */
const PAGE_LIMIT = 50;
const PAGE_LIMIT_MAX = 200;
/** Characters of a cursor; ours have some 150. */
export const CURSOR_LENGTH_MAX = 512;

/** The query of every list. Query values are texts. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT),
  cursor: z.string().min(1).max(CURSOR_LENGTH_MAX).optional(),
};

/** One page; `next` is the cursor of the page after it, absent on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().optional() });
}
