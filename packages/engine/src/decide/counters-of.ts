import type { Limit, Policy } from '../policy.ts';
import { compareTexts, field, scopeName } from './counter-key.ts';

/** What is known of calls before there is one. */
type KnownScopes = {
  readonly organization: string;
  readonly serverId: string;
  readonly grantId: string;
};

/** The counters of a limit: exactly one, or those of all sessions and values of arguments that calls had. */
export type CountersOf =
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'many'; readonly prefix: string; readonly matches: (key: string) => boolean };

/** All limits of a policy, those for all tools first. */
export function limitsOf(policy: Policy): readonly Limit[] {
  return [...policy.allTools.limits, ...[...policy.tools.values()].flatMap(({ limits }) => limits)];
}

/** The scopes of a limit as the policy writes them. */
export function scopeNames({ scope }: Limit): readonly string[] {
  return scope.map(scopeName);
}

/**
 * Which counters a limit has for one grant at one server: the keys that `compileKey` makes of its calls. A session's key does not
 * say whose session it is, so that a limit for each session has those of all grants which the policy serves there.
 */
export function countersOf(limit: Limit, known: KnownScopes): CountersOf {
  const { grantId, organization, serverId } = known;
  const values: Readonly<Record<string, string>> = { grant: grantId, organization, server: serverId };
  const scopes = scopeNames(limit).toSorted(compareTexts);
  const wanted = [
    organization,
    serverId,
    ...scopes.flatMap((scope) => [scope, Object.hasOwn(values, scope) ? values[scope] : undefined]),
    limit.kind,
    limit.counter,
  ];
  const open = wanted.indexOf(undefined);
  const prefix = (open === -1 ? wanted : wanted.slice(0, open)).map((text) => field(text ?? '')).join('');
  if (open === -1) return { kind: 'one', key: prefix };
  return { kind: 'many', prefix, matches: (key) => isLike(fieldsOf(key), wanted) };
}

function isLike(found: readonly string[] | undefined, wanted: readonly (string | undefined)[]): boolean {
  if (found?.length !== wanted.length) return false;
  return wanted.every((text, at) => text === undefined || text === found[at]);
}

/** The texts of a key; undefined when it is not made of texts with their lengths. */
function fieldsOf(key: string): readonly string[] | undefined {
  const texts: string[] = [];
  let at = 0;
  while (at < key.length) {
    const colon = key.indexOf(':', at);
    const length = Number(key.slice(at, colon));
    if (colon < 0 || !(length >= 0)) return undefined;
    texts.push(key.slice(colon + 1, colon + 1 + length));
    at = colon + 1 + length;
  }
  return at === key.length ? texts : undefined;
}
