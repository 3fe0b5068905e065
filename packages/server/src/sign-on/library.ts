import {
  AuthorizationResponseError,
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
  customFetch,
  None,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { type Clock, ID_TOKEN_LATE_S, PROVIDER_AHEAD_S } from '../limits/index.ts';
import type { ProviderFetch } from './ask.ts';
import type { Provider } from './contract.ts';

const MS_PER_SECOND = 1_000;

/** For each request. Without TLS only where the configuration let a loopback issuer pass. */
export function libraryOptions({ issuer }: Pick<Provider, 'issuer'>, fetch: ProviderFetch) {
  return { [customFetch]: fetch, [allowInsecureRequests]: issuer.startsWith('http:') };
}

/** The gateway as the provider knows it. The library reads the system's clock, so it is told how far ours is from it. */
export function clientOf({ clientId }: Pick<Provider, 'clientId'>, clock: Clock): Client {
  const skew = Math.round((clock.wallMs() - Date.now()) / MS_PER_SECOND);
  return { client_id: clientId, [clockSkew]: skew, [clockTolerance]: PROVIDER_AHEAD_S };
}

/** Whether an ID token is over. The library bears as much before its beginning as after its end, of which less is enough. */
export function isOver({ exp }: { readonly exp: number }, clock: Clock): boolean {
  return clock.wallMs() / MS_PER_SECOND >= exp + ID_TOKEN_LATE_S;
}

export function clientAuthOf({ clientSecret }: Provider, metadata: AuthorizationServer): ClientAuth {
  if (clientSecret === undefined) return None();
  return secretMethodOf(metadata) === 'client_secret_post'
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret);
}

type Methods = { readonly token_endpoint_auth_methods_supported?: readonly string[] | undefined };

/** How a secret is presented. Basic is what counts where a server says nothing (OpenID Connect Discovery 1.0, 3; RFC 8414 §2). */
export function secretMethodOf(metadata: Methods): 'client_secret_basic' | 'client_secret_post' {
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
    ? 'client_secret_basic'
    : 'client_secret_post';
}

const REFUSALS = [
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
] as const;

/** Whether the library threw for what the other side, or a browser, says wrongly. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.some((kind) => error instanceof kind);
}

/** The code of an OAuth error, if it is one of a form that codes have: anything else may be what was asked with, a secret too. */
export function saidCode(error: unknown): string | undefined {
  const isSaid = error instanceof ResponseBodyError || error instanceof AuthorizationResponseError;
  return isSaid && /^[a-z_]{1,60}$/.test(error.error) ? error.error : undefined;
}
