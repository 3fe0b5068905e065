import { SESSION_MS } from '../../limits/index.ts';
import type { PersonSession, SessionProvider } from '../../store/index.ts';

/** How people may sign in now, as whoever runs the gateway has declared it. */
export type Ways = {
  /** Whether members of this organisation sign in by a provider, and no other way. */
  readonly requiresProvider: (organization: string) => boolean;
  /** Milliseconds that a session by this provider lasts; undefined when it is not declared, or with another issuer. */
  readonly lastsMs: (of: Pick<SessionProvider, 'id' | 'issuer'>) => number | undefined;
};

/** Where nothing is declared. */
export const ALL_WAYS: Ways = { requiresProvider: () => false, lastsMs: () => SESSION_MS };

/** What a session says that was begun with a passkey; no provider of a configuration has brackets in its name. */
export const BY_PASSKEY: SessionProvider = { id: '(passkey)', askedSecondFactor: true };

export function wayOf({ provider }: Pick<PersonSession, 'provider'>): 'password' | 'passkey' | 'provider' {
  if (provider === undefined) return 'password';
  return provider.id === BY_PASSKEY.id ? 'passkey' : 'provider';
}

/** When a session ends however much it is used; undefined where it does not count now, since what it was begun by does not. */
export function endOfSession(
  { lastsMs, requiresProvider }: Ways,
  session: Pick<PersonSession, 'createdAtMs' | 'organization' | 'provider'>,
): number | undefined {
  const { createdAtMs, organization, provider } = session;
  if (provider === undefined || wayOf(session) !== 'provider')
    return requiresProvider(organization) ? undefined : createdAtMs + SESSION_MS;
  const ms = lastsMs(provider);
  return ms === undefined ? undefined : createdAtMs + Math.min(ms, SESSION_MS);
}
