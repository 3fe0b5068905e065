import {
  type AuthorizationServer,
  discoveryRequest,
  type JWKSCacheInput,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { type Clock, DISCOVERY_FAILED_MS, DISCOVERY_MS } from '../limits/index.ts';
import { fetchOf, type ProviderFetch, Unavailable } from './ask.ts';
import type { Ask, Provider } from './contract.ts';
import { keysBy } from './keys.ts';
import { libraryOptions } from './library.ts';

/** As much of a provider as it is asked by. */
export type Issuer = Pick<Provider, 'id' | 'issuer' | 'allowPrivate'>;

/** What a provider says of itself, and the keys that were seen of it. */
export type Discovered = {
  readonly metadata: AuthorizationServer;
  /** The same as the library reads it of what is signed; one, so that whoever waits for its keys waits for one answer. */
  readonly signer: AuthorizationServer;
  readonly keys: JWKSCacheInput;
  readonly fetch: ProviderFetch;
  readonly fetchKeys: ProviderFetch;
};

type Kept = Pick<Issuer, 'issuer' | 'allowPrivate'> & {
  readonly found: Promise<Discovered>;
  untilMs: number;
};

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
    const { allowPrivate, issuer } = provider;
    const isSame = kept?.issuer === issuer && kept.allowPrivate === allowPrivate;
    if (isSame && nowMs < kept.untilMs) return kept.found;
    const found = discover(provider, this.#ask);
    const fresh: Kept = { found, issuer, allowPrivate, untilMs: nowMs + DISCOVERY_MS };
    this.#kept.set(provider.id, fresh);
    found.catch(() => {
      fresh.untilMs = this.#clock.wallMs() + DISCOVERY_FAILED_MS;
    });
    return found;
  }
}

/** What a key of an issuer that names none may sign with. The library takes a key for what is of its own kind alone. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Issuers sign all of their tokens as their ID tokens; the library has checks of this kind for other signed messages. */
function signerOf(metadata: AuthorizationServer): AuthorizationServer {
  const named = metadata.id_token_signing_alg_values_supported;
  return {
    ...metadata,
    userinfo_signing_alg_values_supported: named ?? ALGORITHMS,
    ...(named === undefined ? {} : { authorization_signing_alg_values_supported: named }),
  };
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
    const keysAt = URL.parse(metadata.jwks_uri ?? '')?.protocol;
    if (keysAt !== 'https:' && keysAt !== issuer.protocol)
      throw new Unavailable('expected it to say where its keys are, with https');
    return { metadata, signer: signerOf(metadata), keys: {}, fetch, fetchKeys: keysBy(fetch) };
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`expected its OpenID configuration: ${String(error)}`, { cause: error });
  }
}
