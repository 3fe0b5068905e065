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

/** As much of a provider as it is asked by. */
export type Issuer = Pick<Provider, 'id' | 'issuer' | 'allowPrivate'>;

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
  of(provider: Issuer): Promise<Discovered> {
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

async function discover(provider: Issuer, ask: Ask): Promise<Discovered> {
  const fetch = fetchOf(ask, provider.allowPrivate);
  const issuer = new URL(provider.issuer);
  try {
    const response = await discoveryRequest(issuer, {
      ...libraryOptions(provider, fetch),
      algorithm: 'oidc',
    });
    const metadata = await processDiscoveryResponse(issuer, response);
    return { metadata, keys: {}, fetch };
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`expected its OpenID configuration: ${String(error)}`, { cause: error });
  }
}
