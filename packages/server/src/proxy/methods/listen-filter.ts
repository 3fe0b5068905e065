import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_SUBSCRIBED_CHARACTERS, MAX_SUBSCRIPTIONS, MAX_URI_LENGTH } from '../../limits/index.ts';
import { type ChangingList, WATCHED_LISTS } from '../../upstreams/index.ts';

/** What an agent wants to be told of (P §1.9). */
export type ListenFilter = {
  readonly lists: readonly ChangingList[];
  /** As the agent wrote them, each once. */
  readonly resources: readonly string[];
};

const LISTS: readonly ChangingList[] = ['tools', 'prompts', 'resources'];

/** The filter in the parameters, or what is wrong with it. What is not known, such as tasks, is not honoured. */
export function readFilter(params: JsonObject): ListenFilter | string {
  const filter = ownProperty(params, 'notifications');
  if (!isJsonObject(filter)) return 'expected params.notifications to be an object';
  for (const flag of Object.values(WATCHED_LISTS)) {
    const value = ownProperty(filter, flag);
    if (value !== undefined && typeof value !== 'boolean')
      return `expected params.notifications.${flag} to be true or false`;
  }
  const resources = readUris(ownProperty(filter, 'resourceSubscriptions'));
  if (typeof resources === 'string') return resources;
  return { lists: LISTS.filter((list) => ownProperty(filter, WATCHED_LISTS[list]) === true), resources };
}

function readUris(value: Json | undefined): readonly string[] | string {
  if (value === undefined) return [];
  const at = 'params.notifications.resourceSubscriptions';
  if (!Array.isArray(value) || value.length > MAX_SUBSCRIPTIONS)
    return `expected ${at} to be a list of at most ${MAX_SUBSCRIPTIONS} URIs`;
  const uris = new Set<string>();
  let characters = 0;
  for (const uri of value) {
    if (typeof uri !== 'string' || uri === '' || uri.length > MAX_URI_LENGTH)
      return `expected each of ${at} to be a text of 1 to ${MAX_URI_LENGTH} characters`;
    uris.add(uri);
    characters += uri.length;
  }
  if (characters > MAX_SUBSCRIBED_CHARACTERS)
    return `expected the URIs in ${at} to have at most ${MAX_SUBSCRIBED_CHARACTERS} characters together`;
  return [...uris];
}

/** The same form for what is honoured. */
export function toFilter({ lists, resources }: ListenFilter): JsonObject {
  return {
    ...Object.fromEntries(lists.map((list) => [WATCHED_LISTS[list], true])),
    ...(resources.length === 0 ? {} : { resourceSubscriptions: [...resources] }),
  };
}
