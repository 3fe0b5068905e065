import type { ControlContext } from '../context.ts';
import { type Refusal, refuse } from './handler.ts';

export type Asked = {
  /** Which list of which organisation: a cursor of another one means nothing here. */
  readonly list: string;
  readonly query: { readonly limit: number; readonly cursor?: string | undefined };
};

/** Where the page that is asked for begins. One item more is read, which tells whether there is another page. */
export function openPage(
  { people }: ControlContext,
  { list, query }: Asked,
): { readonly ok: true; readonly limit: number; readonly after?: string } | Refusal<'invalid_input'> {
  const limit = query.limit + 1;
  if (query.cursor === undefined) return { ok: true, limit };
  const opened = people.cursorSeal.open(query.cursor);
  if (!opened?.startsWith(`${list}\n`)) return refuse('invalid_input', { errors: [CURSOR_FAULT] });
  return { ok: true, limit, after: opened.slice(list.length + 1) };
}

const CURSOR_FAULT = {
  in: 'query' as const,
  pointer: '/cursor',
  message: 'expected the cursor that an earlier page of this list gave as `next`',
};

/** The items that were asked for, and the cursor of what follows. `positionOf` is what the store takes as `after`. */
export function pageAnswer<Item, Shown>(
  { people }: ControlContext,
  { list, query }: Asked,
  page: {
    readonly items: readonly Item[];
    readonly positionOf: (item: Item) => string;
    readonly show: (item: Item) => Shown;
    /** Where the store stopped before it had found as many as it was asked for. */
    readonly next?: string | undefined;
  },
): { items: Shown[]; next?: string } {
  const items = page.items.slice(0, query.limit);
  const last = items.at(-1);
  const isMore = page.items.length > query.limit && last !== undefined;
  const next = isMore ? page.positionOf(last) : page.next;
  return {
    items: items.map(page.show),
    ...(next === undefined ? {} : { next: people.cursorSeal.close(`${list}\n${next}`) }),
  };
}
