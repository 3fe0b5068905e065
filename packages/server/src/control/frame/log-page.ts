import type { Page } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { Refusal } from './handler.ts';
import { type Asked, openPage } from './page.ts';

/** Which part of a log is asked for, newest first. */
export function openLogPage(
  context: ControlContext,
  asked: Asked,
):
  | { readonly ok: true; readonly span: { readonly limit: number; readonly before?: number } }
  | Refusal<'invalid_input'> {
  const page = openPage(context, asked);
  if (!page.ok) return page;
  const { limit } = asked.query;
  return { ok: true, span: { limit, ...(page.after === undefined ? {} : { before: Number(page.after) }) } };
}

/**
 * A page of a log, newest first. It may have fewer rows than were asked for, even none, and a cursor nevertheless: a page looks
 * at a bounded number of rows.
 */
export function logPageAnswer<Entry, Shown>(
  { people }: ControlContext,
  { list }: Asked,
  { page, show }: { readonly page: Page<Entry>; readonly show: (entry: Entry) => Shown },
): { items: Shown[]; next?: string } {
  return {
    items: page.entries.map(show).reverse(),
    ...(page.older === undefined ? {} : { next: people.cursorSeal.close(`${list}\n${page.older}`) }),
  };
}
