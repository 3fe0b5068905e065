import type { Json, JsonObject } from '@boomgate/engine';
import { LISTING_MIN_INTERVAL_MS, LISTING_TTL_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { Era, Listing, ListingBounds, ListingCut, ListKind, UpstreamRequest } from '../contract.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { ownRequest } from '../own-request.ts';
import { CODES } from '../protocol.ts';
import { composeListing } from './compose.ts';
import { type KindRules, LIST_KINDS } from './kinds.ts';

/** A listing and how long it may be believed. */
export type Fetched = { readonly kind: 'fetched'; readonly listing: Listing; readonly ttlMs: number };

/** A server as its listings need it. */
export type ListingSource = {
  readonly send: (request: UpstreamRequest) => Promise<Outcome>;
  readonly era: Era;
  readonly capabilities: JsonObject;
  readonly bounds: ListingBounds;
};

/** Asks one server for everything of one kind; a capability that it does not declare has nothing to ask for. */
export async function fetchListing(
  kind: ListKind,
  { send, era, capabilities, bounds }: ListingSource,
  clock: Clock,
): Promise<Fetched | Failing> {
  const rules: KindRules = LIST_KINDS[kind];
  if (!Object.hasOwn(capabilities, rules.capability))
    return { kind: 'fetched', listing: composeListing(rules, []), ttlMs: LISTING_TTL_MS };
  const pages = await takePages(rules, send, bounds);
  if (pages.kind === 'failing') return pages;
  const { items, cut, ttlMs } = pages;
  const listing = composeListing(rules, items);
  const whole = cut === undefined ? listing : { ...listing, cut };
  if (era === 'legacy') return { kind: 'fetched', listing: whole, ttlMs: LISTING_TTL_MS };
  // A floor keeps a server that says 0 from being asked at every call.
  const endsAtMs = clock.now() + ttlMs;
  const kept = { ...whole, leftMs: () => Math.max(0, Math.floor(endsAtMs - clock.now())) };
  return { kind: 'fetched', listing: kept, ttlMs: Math.max(ttlMs, LISTING_MIN_INTERVAL_MS) };
}

type Pages = {
  readonly kind: 'pages';
  readonly items: readonly Json[];
  readonly ttlMs: number;
  readonly cut?: ListingCut;
};

/** All pages; what goes wrong on the way is a failure, or cuts the list where the bounds say so. */
async function takePages(
  rules: KindRules,
  send: ListingSource['send'],
  bounds: ListingBounds,
): Promise<Pages | Failing> {
  const taken: Taken = { items: [], bytes: 0, ttlMs: LISTING_TTL_MS };
  const fault = await drain(rules, taken, { send, bounds });
  const { items, ttlMs } = taken;
  if (fault === undefined) return { kind: 'pages', items, ttlMs };
  // A list that failed at once has no beginning that could be taken.
  if (bounds.beyond === 'refuse' || items.length === 0) return fault.failing;
  const { by, failing: failed } = fault;
  const most = maxItems(rules, bounds);
  const cut = { by, detail: failed.detail, leftOut: Math.max(0, items.length - most) };
  return { kind: 'pages', items: items.slice(0, most), ttlMs, cut };
}

type Taken = { readonly items: Json[]; bytes: number; ttlMs: number };
type Fault = { readonly by: ListingCut['by']; readonly failing: Failing };

/** Adds page after page to what was taken, to the end or to the first fault. */
async function drain(
  rules: KindRules,
  taken: Taken,
  { send, bounds }: Pick<ListingSource, 'send' | 'bounds'>,
): Promise<Fault | undefined> {
  const cursors = new Set<string>();
  let params: JsonObject = {};
  for (;;) {
    const page = await send(ownRequest(rules.method, params));
    if (page.kind === 'failing') return { by: 'failure', failing: page };
    if (page.kind === 'input_required') return bad(rules, 'was answered with a question');
    if (page.kind === 'error') return pageError(rules, page.error.code);
    const found = page.result[rules.resultKey];
    if (!Array.isArray(found)) return bad(rules, `was answered without a list "${rules.resultKey}"`);
    taken.bytes += page.bytes;
    for (const item of found) taken.items.push(item);
    taken.ttlMs = Math.min(taken.ttlMs, timeToLive(page.result['ttlMs']));
    const cursor = page.result['nextCursor'];
    const most = maxItems(rules, bounds);
    if (taken.items.length > most) return tooLarge(rules, 'items', most);
    if (taken.bytes > bounds.bytes) return tooLarge(rules, 'bytes', bounds.bytes);
    // The empty string is a cursor like any other (P §1.7).
    if (cursor === undefined || cursor === null) return undefined;
    if (typeof cursor !== 'string')
      return bad(rules, 'was answered with a "nextCursor" that is not a string');
    if (cursors.has(cursor)) return bad(rules, 'was answered with the same "nextCursor" twice');
    if (cursors.size + 1 >= bounds.pages) return tooLarge(rules, 'pages', bounds.pages);
    cursors.add(cursor);
    params = { cursor };
  }
}

function maxItems(rules: KindRules, bounds: ListingBounds): number {
  return rules === LIST_KINDS.tools ? bounds.tools : bounds.others;
}

/** Absent or negative means 0 (P §1.7). */
function timeToLive(ttlMs: Json | undefined): number {
  return typeof ttlMs === 'number' && ttlMs > 0 ? Math.floor(ttlMs) : 0;
}

/** Servers with resources need not have templates; every other error is a failure. */
function pageError(rules: KindRules, code: number): Fault | undefined {
  if (code === CODES.methodNotFound && rules === LIST_KINDS.resourceTemplates) return undefined;
  return bad(rules, `was answered with error ${code}`);
}

function bad({ method }: KindRules, problem: string): Fault {
  return { by: 'failure', failing: failing('bad_answer', `${method} ${problem}`, { acted: 'no' }) };
}

function tooLarge({ method }: KindRules, by: 'items' | 'bytes' | 'pages', bound: number): Fault {
  const detail = `${method} gave more than ${bound} ${by}`;
  const message = `the server lists more than ${bound} ${by}, and the gateway takes no more of one list`;
  return { by, failing: failing('too_large', detail, { acted: 'no', message }) };
}
