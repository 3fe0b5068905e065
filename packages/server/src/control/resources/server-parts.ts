import type { JsonObject } from '@boomgate/engine';
import type { ServerSecrets } from '../../store/index.ts';
import type { GivenEntry, ServerParts } from '../context.ts';

/** What may be read of an entry, and what may not. */
export function partsOf({ env = {}, headers = {}, url, ...plain }: GivenEntry): ServerParts {
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  const [address, query = ''] = (url ?? '').split('#', 1)[0]?.split(/\?(.*)/s, 2) ?? [];
  const entry = { ...Object.fromEntries(given), ...(url === undefined ? {} : { url: address }) };
  // A cast: what was read from JSON, without members that were not there.
  return { entry: entry as JsonObject, secrets: { headers, env, query: pairsOf(query) } };
}

/** As it is written, so that it leaves as it came. */
function pairsOf(query: string): ServerSecrets['query'] {
  const parts = query.split('&').filter((part) => part !== '');
  return parts.map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? ([part, ''] as const) : ([part.slice(0, at), part.slice(at + 1)] as const);
  });
}

type Nullable = { readonly [name: string]: unknown };

/** An entry after a change: members that are not named stay, null takes one away. */
export function mergedParts({ entry, secrets }: ServerParts, change: Nullable): ServerParts {
  const { env, headers, url, ...plain } = change;
  const kept = { ...entry, ...plain, ...(url === undefined ? {} : { url }) };
  const present = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null));
  // A cast: nulls are gone, and every member is one of the entry's.
  const next = partsOf(present as GivenEntry);
  // Casts: a member of a change is as the entry has it, or null.
  const values = (given: unknown, before: Readonly<Record<string, string>>) =>
    given === undefined ? before : ((given ?? {}) as Readonly<Record<string, string>>);
  return {
    entry: next.entry,
    secrets: {
      headers: values(headers, secrets.headers),
      env: values(env, secrets.env),
      query: url === undefined ? secrets.query : next.secrets.query,
    },
  };
}

/**
 * Credentials that would go to another place than the one that they were given for, by whoever may not read them: these have to
 * be given again with the change.
 */
export function carriedOff(
  before: ServerParts,
  after: ServerParts,
  change: Nullable,
): readonly ('headers' | 'env' | 'url')[] {
  if (placeOf(before.entry) === placeOf(after.entry)) return [];
  const isKept = (name: 'headers' | 'env'): boolean =>
    change[name] === undefined && Object.keys(before.secrets[name]).length > 0;
  return (['headers', 'env'] as const).filter(isKept);
}

/** Where a server's credentials go: an origin, or a program with its arguments. */
function placeOf({ args, command, cwd, url }: JsonObject): string {
  const origin = typeof url === 'string' ? (URL.parse(url)?.origin ?? url) : '';
  return JSON.stringify([origin, command ?? '', args ?? [], cwd ?? '']);
}
