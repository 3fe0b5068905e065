import { isJsonObject, type JsonObject } from '@boomgate/engine';
import type { ChangingList, ListKind, UpstreamEvent } from '../contract.ts';

const changedLists: Readonly<Record<string, ChangingList | undefined>> = {
  'notifications/tools/list_changed': 'tools',
  'notifications/prompts/list_changed': 'prompts',
  'notifications/resources/list_changed': 'resources',
};

/** What a server announces; undefined for every other message. */
export function readEvent({ method, params }: JsonObject): UpstreamEvent | undefined {
  if (typeof method !== 'string') return undefined;
  const list = Object.hasOwn(changedLists, method) ? changedLists[method] : undefined;
  if (list !== undefined) return { kind: 'list_changed', list };
  if (method !== 'notifications/resources/updated' || !isJsonObject(params)) return undefined;
  const { uri } = params;
  return typeof uri === 'string' ? { kind: 'resource_updated', uri, params: withoutHop(params) } : undefined;
}

/** The listings that a changed list makes stale. */
export const staleListings = {
  tools: ['tools'],
  prompts: ['prompts'],
  resources: ['resources', 'resourceTemplates'],
} as const satisfies Record<ChangingList, readonly ListKind[]>;

/** `_meta` keys of the protocol itself belong to one hop (P §1.12). */
function withoutHop({ _meta, ...params }: JsonObject): JsonObject {
  if (!isJsonObject(_meta)) return params;
  const kept = Object.entries(_meta).filter(([key]) => !key.startsWith('io.modelcontextprotocol/'));
  return kept.length === 0 ? params : { ...params, _meta: Object.fromEntries(kept) };
}
