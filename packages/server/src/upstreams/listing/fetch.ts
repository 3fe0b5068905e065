import type { Json, JsonObject } from '@boomgate/engine';
import { LISTING_BYTES, LISTING_MIN_INTERVAL_MS, LISTING_PAGES, LISTING_TTL_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { Era, Listing, ListKind, UpstreamRequest } from '../contract.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { ownRequest } from '../own-request.ts';
import { composeListing } from './compose.ts';
import { type KindRules, kinds } from './kinds.ts';

/** A listing and how long it may be believed. */
export type Fetched = { readonly kind: 'fetched'; readonly listing: Listing; readonly ttlMs: number };

const METHOD_NOT_FOUND = -32601;

/** A server as its listings need it. */
export type ListingSource = {
  readonly send: (request: UpstreamRequest) => Promise<Outcome>;
  readonly era: Era;
  readonly capabilities: JsonObject;
};

/** Asks one server for everything of one kind; a capability that it does not declare has nothing to ask for. */
export async function fetchListing(
  kind: ListKind,
  { send, era, capabilities }: ListingSource,
  clock: Clock,
): Promise<Fetched | Failing> {
  const rules: KindRules = kinds[kind];
  if (!Object.hasOwn(capabilities, rules.capability))
    return fetched(rules, [], { clock, ttlMs: LISTING_TTL_MS });
  const pages = await drain(rules, send);
  if (pages.kind === 'failing') return pages;
  return fetched(rules, pages.items, {
    clock,
    ttlMs: era === 'modern' ? pages.ttlMs : LISTING_TTL_MS,
  });
}

function fetched(
  rules: KindRules,
  items: readonly Json[],
  { clock, ttlMs }: { clock: Clock; ttlMs: number },
): Fetched {
  return { kind: 'fetched', listing: composeListing(rules, items, clock.now()), ttlMs };
}

type Pages = { readonly kind: 'pages'; readonly items: readonly Json[]; readonly ttlMs: number };

async function drain(rules: KindRules, send: ListingSource['send']): Promise<Pages | Failing> {
  const cursors = new Set<string>();
  const items: Json[] = [];
  let bytes = 0;
  let ttlMs = LISTING_TTL_MS;
  let params: JsonObject = {};
  for (;;) {
    const page = await send(ownRequest(rules.method, params));
    if (page.kind === 'failing') return page;
    if (page.kind === 'input_required') return bad(rules, 'was answered with a question');
    if (page.kind === 'error') return pageError(rules, page.error.code, { kind: 'pages', items, ttlMs });
    const found = page.result[rules.resultKey];
    if (!Array.isArray(found)) return bad(rules, `was answered without a list "${rules.resultKey}"`);
    bytes += page.bytes;
    items.push(...found);
    ttlMs = Math.min(ttlMs, timeToLive(page.result['ttlMs']));
    const cursor = page.result['nextCursor'];
    if (items.length > rules.maxItems) return tooLarge(rules, `${rules.maxItems} items`);
    if (bytes > LISTING_BYTES) return tooLarge(rules, `${LISTING_BYTES} bytes`);
    // The empty string is a cursor like any other (P §1.7).
    if (cursor === undefined || cursor === null) return { kind: 'pages', items, ttlMs };
    if (typeof cursor !== 'string')
      return bad(rules, 'was answered with a "nextCursor" that is not a string');
    if (cursors.has(cursor)) return bad(rules, 'was answered with the same "nextCursor" twice');
    if (cursors.size + 1 >= LISTING_PAGES) return tooLarge(rules, `${LISTING_PAGES} pages`);
    cursors.add(cursor);
    params = { cursor };
  }
}

/** Absent or negative means 0 (P §1.7); a floor keeps a server that says 0 from being asked at every call. */
function timeToLive(ttlMs: Json | undefined): number {
  return typeof ttlMs === 'number' && ttlMs > LISTING_MIN_INTERVAL_MS ? ttlMs : LISTING_MIN_INTERVAL_MS;
}

/** Servers with resources need not have templates; every other error is a failure. */
function pageError(rules: KindRules, code: number, empty: Pages): Pages | Failing {
  if (code === METHOD_NOT_FOUND && rules === kinds.resourceTemplates) return empty;
  return bad(rules, `was answered with error ${code}`);
}

function bad({ method }: KindRules, problem: string): Failing {
  return failing('bad_answer', `${method} ${problem}`, { acted: 'no' });
}

function tooLarge({ method }: KindRules, bound: string): Failing {
  return failing('too_large', `${method} gave more than ${bound}`, { acted: 'no' });
}
