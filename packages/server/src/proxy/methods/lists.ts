import { type CompiledPolicy, decideAccess, isVisible, type JsonObject } from '@boomgate/engine';
import { LIST_KINDS, type Listing, type ListKind, UpstreamError } from '../../upstreams/index.ts';
import { record } from '../call/record.ts';
import { refuseMalformed, refuseUnavailable } from '../call/refuse.ts';
import { toolInRevision } from '../eras/index.ts';
import type { Handle } from '../handle.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, enforces, upstreamOf } from '../request.ts';
import { rpcResult } from '../rpc.ts';
import { BAD_CURSOR, nextCursor, readCursor } from './cursor.ts';
import { pageOf } from './page.ts';

type ListRule = {
  /** The same function that decides the use of an item. */
  readonly shows: (policy: CompiledPolicy | undefined, name: string) => boolean;
  /** An item in the words of a revision. */
  readonly tell: (item: JsonObject, protocol: string) => JsonObject;
};

const accessTo = (kind: 'prompts' | 'resources'): ListRule => ({
  shows: (policy, name) => decideAccess(policy, kind, name).outcome === 'allow',
  tell: (item) => item,
});

const LISTS = {
  tools: { shows: isVisible, tell: toolInRevision },
  prompts: accessTo('prompts'),
  resources: accessTo('resources'),
  resourceTemplates: accessTo('resources'),
} satisfies Record<ListKind, ListRule>;

/** One of the four list methods: what the server offers, less what this grant may not see, on one page. */
export function listMethod(kind: ListKind): Handle {
  const { shows, tell } = LISTS[kind];
  const { itemKey, resultKey } = LIST_KINDS[kind];
  return async (request) => {
    const after = readCursor(request);
    if (after === undefined) return refuseMalformed(request, BAD_CURSOR);
    try {
      const { listing, offered } = await offeredItems(request, kind);
      await record(request, { target: '', outcome: 'served' });
      const visible = visibleItems(request, offered, (policy, item) => shows(policy, String(item[itemKey])));
      const { items, last } = pageOf(visible, itemKey, after);
      const told = items.map((item) => tell(item, request.message.protocol));
      return rpcResult({ [resultKey]: told, ...nextCursor(request, last), ...timeToLive(request, listing) });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return refuseUnavailable(request, error);
    }
  };
}

/** What the server offers, without tools that are held: what changed in them may be written for the agent's model. */
async function offeredItems(request: AgentRequest, kind: ListKind): Promise<Offered> {
  const listing = await request.watch.wait(request.context.clock, upstreamOf(request).list(kind));
  if (kind !== 'tools') return { listing, offered: listing.items };
  return { listing, offered: (await request.context.snapshots.inspect(request.server, listing)).items };
}

type Offered = { readonly listing: Listing; readonly offered: readonly JsonObject[] };

/** Where the server said how long its list may be kept, an agent is told what is left of that (P §1.7). */
function timeToLive({ message }: AgentRequest<RequestMessage>, { leftMs }: Listing): JsonObject {
  return message.era === 'legacy' || leftMs === undefined ? {} : { ttlMs: leftMs() };
}

/** A policy's view of what is offered; both are immutable, so it is made once. */
const views = new WeakMap<readonly JsonObject[], WeakMap<CompiledPolicy, readonly JsonObject[]>>();

function visibleItems(
  request: AgentRequest,
  offered: readonly JsonObject[],
  isShown: (policy: CompiledPolicy, item: JsonObject) => boolean,
): readonly JsonObject[] {
  if (!enforces(request)) return offered;
  const policy = request.policy?.compiled;
  if (policy === undefined) return [];
  const byPolicy = views.get(offered) ?? new WeakMap<CompiledPolicy, readonly JsonObject[]>();
  views.set(offered, byPolicy);
  const known = byPolicy.get(policy);
  if (known !== undefined) return known;
  const items = offered.filter((item) => isShown(policy, item));
  byPolicy.set(policy, items);
  return items;
}
