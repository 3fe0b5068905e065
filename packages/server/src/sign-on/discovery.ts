import {
  type AuthorizationServer,
  discoveryRequest,
  type JWKSCacheInput,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { type Clock, DISCOVERY_FAILED_MS, DISCOVERY_MS } from '../limits/index.ts';
import { fetchOf, type ProviderFetch, Unavailable } from './ask.ts';
import type { Ask, Provider } from './contract.ts';
import { libraryOptions } from './library.ts';

/** What a provider says of itself, and the keys that were seen of it. */
export type Discovered = {
  readonly metadata: AuthorizationServer;
  readonly keys: JWKSCacheInput;
  readonly fetch: ProviderFetch;
};

type Kept = { readonly found: Promise<Discovered>; readonly issuer: string; untilMs: number };

/** Asks each provider once an hour. One that does not answer is left alone for some seconds, whoever wants to sign in. */
export class Discovery {
  readonly #ask: Ask;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(ask: Ask, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Rejects with `Unavailable`. */
  of(provider: Provider): Promise<Discovered> {
    const nowMs = this.#clock.wallMs();
    const kept = this.#kept.get(provider.id);
    if (kept !== undefined && kept.issuer === provider.issuer && nowMs < kept.untilMs) return kept.found;
    const found = discover(provider, this.#ask);
    const fresh: Kept = { found, issuer: provider.issuer, untilMs: nowMs + DISCOVERY_MS };
    this.#kept.set(provider.id, fresh);
    found.catch(() => {
      fresh.untilMs = this.#clock.wallMs() + DISCOVERY_FAILED_MS;
    });
    return found;
  }
}

async function discover(provider: Provider, ask: Ask): Promise<Discovered> {
  const fetch = fetchOf(ask, provider.allowPrivate);
  const issuer = new URL(provider.issuer);
  try {
    const response = await discoveryRequest(issuer, {
      ...libraryOptions(provider, fetch),
      algorithm: 'oidc',
    });
    const metadata = await processDiscoveryResponse(issuer, response);
    const methods = metadata.code_challenge_methods_supported;
    // Some say nothing and do it; one that names other methods alone would not check ours (RFC 9700, 2.1.1).
    if (methods !== undefined && !methods.includes('S256'))
      throw new Unavailable('expected a provider that supports PKCE with S256');
    return { metadata, keys: {}, fetch };
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`expected its OpenID configuration: ${String(error)}`, { cause: error });
  }
}
