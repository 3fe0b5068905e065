import { setTimeout as wait } from 'node:timers/promises';
import { ownTurn } from '../../turns.ts';
import type { Page, Span } from '../contract.ts';

/** Rows in memory at once. */
const PAGE_ROWS = 200;
/** Milliseconds between looks for new rows. */
const FOLLOW_MS = 250;

/** Either log. */
export type Paged<Entry, Filter extends Span> = { page(filter: Filter): Promise<Page<Entry>> };
export type Unbounded<Filter extends Span> = Omit<Filter, 'limit' | 'before'>;

/**
 * Every entry that matches and was there when the walk began, oldest first, a page at a time: what is written meanwhile
 * would let a walk along a busy log never end.
 */
export async function* everyEntry<Entry extends { readonly cursor: number }, Filter extends Span>(
  log: Paged<Entry, Filter>,
  filter: Unbounded<Filter>,
): AsyncGenerator<Entry> {
  const end = (await log.page(filterOf<Filter>({ limit: 1 }))).newer;
  for (let after = filter.after ?? 0; after < end; ) {
    const page = await log.page(filterOf<Filter>({ ...filter, after, limit: PAGE_ROWS }));
    for (const entry of page.entries) {
      if (entry.cursor > end) return;
      yield entry;
    }
    if (page.newer <= after) return;
    after = page.newer;
    await ownTurn();
  }
}

/** Entries after a cursor as they come, until the signal. A decision comes when it is made, so mostly without its outcome. */
export async function* followLog<Entry, Filter extends Span>(
  log: Paged<Entry, Filter>,
  filter: Unbounded<Filter> & { readonly after: number },
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  for (let { after } = filter; !signal.aborted; ) {
    const page = await log.page(filterOf<Filter>({ ...filter, after, limit: PAGE_ROWS }));
    yield* page.entries;
    const isAtEnd = page.newer === after || page.entries.length < PAGE_ROWS;
    after = page.newer;
    if (isAtEnd) await wait(FOLLOW_MS, undefined, { signal }).catch(() => undefined);
    else await ownTurn();
  }
}

/** A cast: of the members that it was given and those of every filter, the compiler cannot see that they are all. */
function filterOf<Filter extends Span>(members: object): Filter {
  return members as Filter;
}
