import type { SignInFacts, SignInGrant } from '../store/index.ts';
import type { Given } from './contract.ts';
import type { Discovered } from './discover.ts';

type Wanting = {
  readonly given: Given;
  readonly grant: SignInGrant;
  /** Of the sign-in until now. */
  readonly before: SignInFacts | undefined;
};

/**
 * Those that a person names; else of a server that missed some, these beside those that there are; else those that the server asks for.
 * With what gives a refresh token where that is a scope.
 */
export function scopesFor(found: Discovered, { before, given, grant }: Wanting): readonly string[] {
  const wanted = given.scopes ?? steppedUp(found, before) ?? found.scopes;
  const isOffline =
    grant === 'authorization_code' && found.metadata.scopes_supported?.includes('offline_access') === true;
  return isOffline && wanted.length > 0 ? [...new Set([...wanted, 'offline_access'])] : wanted;
}

/** A server that does not say what it misses is asked again what it wants. */
function steppedUp(found: Discovered, before: SignInFacts | undefined): readonly string[] | undefined {
  if (before?.missing === undefined) return undefined;
  const more = before.missing.length > 0 ? before.missing : found.scopes;
  return [...new Set([...before.scopes, ...more])];
}
