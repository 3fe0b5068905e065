import * as oauth from 'oauth4webapi';
import { type Clock, LOGOUTS_AT_ONCE } from '../limits/index.ts';
import { Unavailable } from './ask.ts';
import { readAssertion, type VouchedFor } from './assertion.ts';
import { isGivenName, readClaims } from './claims.ts';
import type {
  Ask,
  Begun,
  Claims,
  Flow,
  Logout,
  Provider,
  ProviderFault,
  Returned,
  Vouched,
} from './contract.ts';
import { type Discovered, Discovery } from './discovery.ts';
import { guarded } from './guarded.ts';
import { clientAuthOf, clientOf, isOver, libraryOptions } from './library.ts';
import { readLogout } from './logout.ts';

/** Signs people on at the providers that are declared now. Nothing here rejects for what a provider does. */
export interface SignOn {
  list(): readonly Provider[];
  find(id: string): Provider | undefined;
  /** Where to send the browser, and what it has to bring back. `redirectUri` is the provider's address of return. */
  begin(provider: Provider, redirectUri: string): Promise<Begun | ProviderFault>;
  /** Exchanges the code and checks everything that is said: issuer, audience, nonce, signature, times. */
  finish(provider: Provider, arrival: Arrival): Promise<{ ok: true; claims: Claims } | ProviderFault>;
  /** What a logout token of the provider says has ended; it may have been seen before. `busy`: too many are looked at now. */
  ended(provider: Provider, token: string): Promise<{ ok: true; logout: Logout } | ProviderFault | Busy>;
  /** What an assertion of the provider says of the person of an agent; it may have been shown before. */
  vouches(provider: Provider, assertion: Assertion): Promise<{ ok: true; vouched: Vouched } | ProviderFault>;
}

type Assertion = VouchedFor & { readonly token: string };

type Busy = { readonly ok: false; readonly fault: 'busy' };

type Arrival = { readonly flow: Flow; readonly returned: Returned; readonly redirectUri: string };

export type SignOnOptions = {
  readonly providers: () => readonly Provider[];
  readonly ask: Ask;
  readonly clock: Clock;
};

export function openSignOn({ ask, clock, providers }: SignOnOptions): SignOn {
  const discovery = new Discovery(ask, clock);
  let logouts = 0;
  return {
    list: providers,
    find: (id) => providers().find((provider) => provider.id === id),
    begin: (provider, redirectUri) =>
      guarded(async () => begin(await discovery.of(provider), provider, redirectUri)),
    finish: (provider, arrival) =>
      guarded(async () => {
        const claims = await finish(await discovery.of(provider), { provider, clock }, arrival);
        return { ok: true, claims };
      }),
    vouches: (provider, assertion) =>
      guarded(async () => {
        const vouched = await readAssertion(await discovery.of(provider), { provider, clock }, assertion);
        return { ok: true, vouched };
      }),
    async ended(provider, token) {
      if (logouts >= LOGOUTS_AT_ONCE) return { ok: false, fault: 'busy' };
      logouts += 1;
      try {
        return await guarded(async () => {
          const logout = await readLogout(await discovery.of(provider), { provider, clock }, token);
          return { ok: true, logout };
        });
      } finally {
        logouts -= 1;
      }
    },
  };
}

async function begin({ metadata }: Discovered, provider: Provider, redirectUri: string): Promise<Begun> {
  const { authorization_endpoint: endpoint } = metadata;
  if (endpoint === undefined || !URL.canParse(endpoint))
    throw new Unavailable('expected an authorization_endpoint in its OpenID configuration');
  const methods = metadata.code_challenge_methods_supported;
  // Some say nothing and do it; one that names other methods alone would not check ours (RFC 9700, 2.1.1).
  if (methods !== undefined && !methods.includes('S256'))
    throw new Unavailable('expected a provider that supports PKCE with S256');
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(endpoint);
  const parameters = {
    client_id: provider.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: provider.scopes.join(' '),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { ok: true, url: url.href, flow: { provider: provider.id, state, nonce, verifier } };
}

type Own = { readonly provider: Provider; readonly clock: Clock };

async function finish(
  { fetch, keys, metadata }: Discovered,
  { clock, provider }: Own,
  { flow, redirectUri, returned }: Arrival,
): Promise<Claims> {
  const client = clientOf(provider, clock);
  const options = libraryOptions(provider, fetch);
  const parameters = oauth.validateAuthResponse(metadata, client, new URLSearchParams(returned), flow.state);
  const auth = clientAuthOf(provider, metadata);
  const response = await oauth.authorizationCodeGrantRequest(
    metadata,
    client,
    auth,
    parameters,
    redirectUri,
    flow.verifier,
    options,
  );
  const expected = { expectedNonce: flow.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, response, expected);
  const identity = oauth.getValidatedIdTokenClaims(tokens);
  if (identity === undefined) throw new Unavailable('expected an ID token');
  if (!isGivenName(identity.sub)) throw new oauth.OperationProcessingError('it names nobody (sub)');
  if (isOver(identity, clock)) throw new oauth.OperationProcessingError('the ID token is over');
  await oauth.validateApplicationLevelSignature(metadata, response, { ...options, [oauth.jwksCache]: keys });
  const isEnough = identity['email'] !== undefined || metadata.userinfo_endpoint === undefined;
  if (isEnough) return readClaims(provider, identity, {});
  const asked = await oauth.userInfoRequest(metadata, client, tokens.access_token, options);
  const more = await oauth.processUserInfoResponse(metadata, client, identity.sub, asked);
  return readClaims(provider, identity, more);
}
