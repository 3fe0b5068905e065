import { isJsonObject, ownProperty } from '@boomgate/engine';
import type { TextSource } from '../upstreams/index.ts';
import { REGISTRY_PAGE_SERVERS, REGISTRY_PAGES } from './bounds.ts';
import type { Imported, ImportOptions } from './contract.ts';
import type { Operations } from './operations.ts';
import { readText } from './read-record.ts';
import { Tally } from './tally.ts';
import type { Thread } from './thread.ts';

/** The list of servers of a registry, where only its origin is given. */
const LIST = '/v0.1/servers';

type Threads = { readonly reader: Thread<Operations>; readonly writer: Thread<Operations> };

/** The address of the first page: that of the list, where no path is given. */
export function listAddress(url: URL): URL {
  const list = new URL(url);
  if (list.pathname === '/' || list.pathname === '') list.pathname = LIST;
  if (!list.searchParams.has('limit')) list.searchParams.set('limit', String(REGISTRY_PAGE_SERVERS));
  return list;
}

/**
 * Takes the pages of a registry one after the other. Each page's cursor is kept with its records, in one transaction,
 * so that an interrupted import goes on after the last page that was taken.
 */
export async function importRegistry(
  list: URL,
  { source, threads }: { readonly source: TextSource; readonly threads: Threads },
  { onProgress, signal }: ImportOptions,
): Promise<Imported> {
  const tally = new Tally(onProgress);
  const key = `cursor ${list}`;
  let cursor = (await threads.reader.ask('noted', key)) ?? '';
  let stoppedBy: string | undefined;
  for (let page = 1; ; page += 1) {
    if (signal?.aborted === true) stoppedBy = 'it was interrupted';
    else if (page > REGISTRY_PAGES) stoppedBy = `expected at most ${REGISTRY_PAGES} pages, found more`;
    if (stoppedBy !== undefined) break;
    const answer = await source.get(pathOf(list, cursor), signal);
    const next = answer.ok ? nextCursor(answer.text) : answer;
    if (!answer.ok || !next.ok) {
      stoppedBy = `page ${page}: ${next.ok ? '' : next.why}`;
      break;
    }
    const note = { key, value: next.cursor };
    const taken = await threads.writer.ask('take', { texts: [answer.text], first: page, note });
    tally.add(taken, { at: (number) => `page ${number}` });
    cursor = next.cursor;
    if (cursor === '') break;
  }
  await threads.writer.ask('finish', null);
  return tally.imported(stoppedBy);
}

function pathOf(list: URL, cursor: string): string {
  const page = new URL(list);
  if (cursor !== '') page.searchParams.set('cursor', cursor);
  return `${page.pathname}${page.search}`;
}

type Next = { readonly ok: true; readonly cursor: string } | { readonly ok: false; readonly why: string };

/** The cursor of the page after; empty on the last. Older registries write `next_cursor`. */
function nextCursor(text: string): Next {
  const read = readText(text);
  if (!read.ok) return { ok: false, why: `expected JSON: ${read.fault.message}` };
  const servers = isJsonObject(read.value) ? ownProperty(read.value, 'servers') : undefined;
  if (!isJsonObject(read.value) || !Array.isArray(servers))
    return { ok: false, why: 'expected a page of a registry, with a list of "servers"' };
  const metadata = ownProperty(read.value, 'metadata');
  if (!isJsonObject(metadata) || servers.length === 0) return { ok: true, cursor: '' };
  const cursor = ownProperty(metadata, 'nextCursor') ?? ownProperty(metadata, 'next_cursor') ?? '';
  return typeof cursor === 'string'
    ? { ok: true, cursor }
    : { ok: false, why: 'expected "nextCursor" to be a text' };
}
