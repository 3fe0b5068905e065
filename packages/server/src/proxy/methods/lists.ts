import { type CompiledPolicy, decideAccess, isVisible, type JsonObject, ownProperty } from '@boomgate/engine';
import { type Listing, type ListKind, UpstreamError } from '../../upstreams/index.ts';
import { record } from '../call/refuse.ts';
import type { RequestMessage } from '../message/message.ts';
import { CODES } from '../message/protocol.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcError, rpcResult } from '../rpc.ts';

type ListRule = {
  /** Key of the items in the result. */
  readonly key: string;
  /** What names an item to the policy. */
  readonly name: string;
  /** The same function that decides the use of an item. */
  readonly shows: (policy: CompiledPolicy | undefined, name: string) => boolean;
};

const LISTS = {
  tools: { key: 'tools', name: 'name', shows: isVisible },
  prompts: {
    key: 'prompts',
    name: 'name',
    shows: (policy, name) => decideAccess(policy, 'prompts', name).outcome === 'allow',
  },
  resources: {
    key: 'resources',
    name: 'uri',
    shows: (policy, uri) => decideAccess(policy, 'resources', uri).outcome === 'allow',
  },
  resourceTemplates: {
    key: 'resourceTemplates',
    name: 'uriTemplate',
    shows: (policy, template) => decideAccess(policy, 'resources', template).outcome === 'allow',
  },
} satisfies Record<ListKind, ListRule>;

/** One of the four list methods: what the server offers, less what this grant may not see, on one page. */
export function listMethod(kind: ListKind): (request: AgentRequest<RequestMessage>) => Promise<RpcAnswer> {
  const rule: ListRule = LISTS[kind];
  return async (request) => {
    if (ownProperty(request.message.params, 'cursor') !== undefined) {
      await record(request, {
        target: '',
        outcome: 'malformed',
        rule: '(malformed)',
        message: 'invalid cursor',
      });
      return rpcError(CODES.invalidParams, 'invalid cursor; the list has one page');
    }
    try {
      const { asking, context, grant, server } = request;
      const listing = await context.upstreams.for(server, grant.id, asking).list(kind);
      await record(request, { target: '', outcome: 'served' });
      return rpcResult({ [rule.key]: visibleItems(request, rule, listing) });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      await record(request, { target: '', outcome: 'error', rule: '(upstream)', message: error.message });
      return rpcError(CODES.internal, `[UPSTREAM UNAVAILABLE] ${error.message}`);
    }
  };
}

/** A policy's view of a listing; both are immutable, so it is made once. */
const views = new WeakMap<Listing, WeakMap<CompiledPolicy, readonly JsonObject[]>>();

function visibleItems(request: AgentRequest, rule: ListRule, listing: Listing): readonly JsonObject[] {
  if (request.grant.mode === 'observe') return listing.items;
  const policy = request.policy?.compiled;
  if (policy === undefined) return [];
  const byPolicy = views.get(listing) ?? new WeakMap<CompiledPolicy, readonly JsonObject[]>();
  views.set(listing, byPolicy);
  const known = byPolicy.get(policy);
  if (known !== undefined) return known;
  const items = listing.items.filter((item) => rule.shows(policy, String(item[rule.name])));
  byPolicy.set(policy, items);
  return items;
}
