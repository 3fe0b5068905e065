import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Bounds } from '../../budget.ts';
import type { ChangingList, UpstreamEvent, Watched } from '../contract.ts';

export const NOTHING: Watched = { lists: [], resources: [] };

/** The names under which lists are watched (P §1.9), and the capability of the server that offers it. */
export const WATCHED_LISTS = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const satisfies Record<ChangingList, string>;

const lists: readonly ChangingList[] = ['tools', 'prompts', 'resources'];

export function isNothing(watched: Watched): boolean {
  return watched.lists.length === 0 && watched.resources.length === 0;
}

/** What a grant wants to be watched. */
export type Wish = { readonly wanted: Watched; readonly caller: { readonly grantId: string } };

export type Shares = {
  /** Of all together: sorted and without repetition, so that equal unions are equal. */
  readonly union: Watched;
  /** What of it is one grant's. */
  readonly of: (grantId: string) => Watched;
};

/** Shares the places for resources out, in the order of the wishes. What two grants watch takes one place, and one of each grant. */
export function shareOut(wishes: Iterable<Wish>, bounds: Bounds): Shares {
  const wantedLists = new Set<ChangingList>();
  const resources = new Set<string>();
  const ofGrants = new Map<string, Set<string>>();
  for (const { caller, wanted } of wishes) {
    const own = ofGrants.get(caller.grantId) ?? new Set<string>();
    ofGrants.set(caller.grantId, own);
    for (const list of wanted.lists) wantedLists.add(list);
    for (const uri of wanted.resources) {
      if (own.size >= bounds.ofEach || (resources.size >= bounds.ofAll && !resources.has(uri))) continue;
      own.add(uri);
      resources.add(uri);
    }
  }
  const shared = lists.filter((list) => wantedLists.has(list));
  return {
    union: { lists: shared, resources: [...resources].sort() },
    of: (grantId) => ({ lists: shared, resources: [...(ofGrants.get(grantId) ?? [])] }),
  };
}

export function isSame(a: Watched, b: Watched): boolean {
  const equal = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((each, at) => each === y[at]);
  return equal(a.lists, b.lists) && equal(a.resources, b.resources);
}

export function intersectionOf(a: Watched, b: Watched): Watched {
  const inLists = new Set(b.lists);
  const inResources = new Set(b.resources);
  return {
    lists: a.lists.filter((list) => inLists.has(list)),
    resources: a.resources.filter((uri) => inResources.has(uri)),
  };
}

/** The part of what is wanted that a server with these capabilities announces at all. */
export function offeredOf(wanted: Watched, capabilities: JsonObject): Watched {
  const has = (capability: string, flag: string) => {
    const declared = capabilities[capability];
    return isJsonObject(declared) && declared[flag] === true;
  };
  return {
    lists: wanted.lists.filter((list) => has(list, 'listChanged')),
    resources: has('resources', 'subscribe') ? wanted.resources : [],
  };
}

/** The filter of `subscriptions/listen`. */
export function toFilter({ lists: wanted, resources }: Watched): JsonObject {
  const filter: Record<string, Json> = {};
  for (const list of wanted) filter[WATCHED_LISTS[list]] = true;
  if (resources.length > 0) filter['resourceSubscriptions'] = [...resources];
  return filter;
}

/** What an acknowledgement honours of what was wanted. */
export function readFilter(filter: Json | undefined, wanted: Watched): Watched {
  if (!isJsonObject(filter)) return NOTHING;
  const uris = filter['resourceSubscriptions'];
  const honoured = new Set<unknown>(Array.isArray(uris) ? uris : []);
  return {
    lists: wanted.lists.filter((list) => filter[WATCHED_LISTS[list]] === true),
    resources: wanted.resources.filter((uri) => honoured.has(uri)),
  };
}

/** Whether a watcher of these things hears of this event. What is updated may be a part of what is watched. */
export function concerns(watched: Watched, event: UpstreamEvent): boolean {
  if (event.kind === 'list_changed') return watched.lists.includes(event.list);
  return watched.resources.some((uri) => isWithin(event.uri, uri));
}

function isWithin(uri: string, watched: string): boolean {
  if (!uri.startsWith(watched)) return false;
  return uri.length === watched.length || watched.endsWith('/') || '/?#'.includes(uri.charAt(watched.length));
}

/** What it means for watchers that nobody listened for a while. */
export function everythingOf({ lists: watched, resources }: Watched): readonly UpstreamEvent[] {
  return [
    ...watched.map((list) => ({ kind: 'list_changed', list }) as const),
    ...resources.map((uri) => ({ kind: 'resource_updated', uri, params: { uri } }) as const),
  ];
}
