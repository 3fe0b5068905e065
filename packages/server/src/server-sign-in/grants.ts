import * as oauth from 'oauth4webapi';
import { saidCode } from '../sign-on/index.ts';
import {
  type Client,
  type Flow,
  type KeptTokens,
  type Metadata,
  Refused,
  type Returned,
} from './contract.ts';
import type { Asking } from './discover.ts';
import {
  clientAuth,
  libraryClient,
  libraryOptions,
  libraryServer,
  type Obtained,
  readTokens,
  saidTokens,
} from './library.ts';

export type Begin = Omit<Flow, 'state' | 'verifier'> & {
  readonly client: Client;
  readonly redirectUri: string;
};

/** Where to send the browser, and what it has to bring back. Rejects with `Refused`. */
export async function beginFlow({
  client,
  redirectUri,
  ...begin
}: Begin): Promise<{ url: string; flow: Flow }> {
  const { metadata, resource, scopes } = begin;
  const { authorization_endpoint: endpoint } = metadata;
  if (endpoint === undefined)
    throw new Refused('sign_in_not_possible', 'the authorization server has no page to sign in at');
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
    throw new Refused(
      'sign_in_not_possible',
      'the authorization server does not say that it supports PKCE with S256',
    );
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  // A browser keeps little, and nobody needs all that there is once it is known what is asked for.
  return {
    url: url.href,
    flow: { ...begin, metadata: { ...metadata, scopes_supported: undefined }, state, verifier },
  };
}

export type Finish = {
  readonly flow: Flow;
  readonly client: Client;
  readonly returned: Returned;
  readonly redirectUri: string;
  readonly askedAtMs: number;
};

/** Checks issuer and state before the code is shown to anybody, then exchanges it. */
export async function exchangeCode(
  { askedAtMs, client, flow, redirectUri, returned }: Finish,
  asking: Asking,
): Promise<Obtained> {
  const server = libraryServer(flow.metadata);
  const known = libraryClient(client);
  const answered = new URLSearchParams(returned);
  const parameters = oauth.validateAuthResponse(server, known, answered, flow.state);
  const options = { ...libraryOptions(asking), additionalParameters: { resource: flow.resource } };
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    known,
    clientAuth(client),
    parameters,
    redirectUri,
    flow.verifier,
    options,
  );
  return readTokens(
    await oauth.processAuthorizationCodeResponse(server, known, await saidTokens(response)),
    askedAtMs,
  );
}

type Machine = {
  readonly metadata: Metadata;
  readonly client: Client;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly askedAtMs: number;
};

/** A token for the gateway itself, without a person (RFC 6749 §4.4). */
export async function machineToken(
  { askedAtMs, client, metadata, resource, scopes }: Machine,
  asking: Asking,
): Promise<Obtained> {
  const server = libraryServer(metadata);
  const known = libraryClient(client);
  const parameters = { resource, ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }) };
  const options = libraryOptions(asking);
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    known,
    clientAuth(client),
    parameters,
    options,
  );
  return readTokens(
    await oauth.processClientCredentialsResponse(server, known, await saidTokens(response)),
    askedAtMs,
  );
}

/** Undefined: the authorization server will never renew these. Rejects when it may later. */
export async function renewedTokens(
  kept: KeptTokens,
  { askedAtMs, asking }: { readonly askedAtMs: number; readonly asking: Asking },
): Promise<Obtained | undefined> {
  try {
    if (kept.grant === 'client_credentials') return await machineToken({ ...kept, askedAtMs }, asking);
    if (kept.refreshToken === undefined) return undefined;
    const server = libraryServer(kept.metadata);
    const known = libraryClient(kept.client);
    const options = { ...libraryOptions(asking), additionalParameters: { resource: kept.resource } };
    const auth = clientAuth(kept.client);
    const response = await oauth.refreshTokenGrantRequest(server, known, auth, kept.refreshToken, options);
    const found = readTokens(
      await oauth.processRefreshTokenResponse(server, known, await saidTokens(response)),
      askedAtMs,
    );
    // One that gives no new refresh token lets the old one go on (RFC 6749 §6).
    return { refreshToken: kept.refreshToken, ...found };
  } catch (error) {
    if (isForGood(error)) return undefined;
    throw error;
  }
}

function isForGood(error: unknown): boolean {
  // So a server refuses a client that presents a secret (RFC 6749 §5.2).
  if (error instanceof oauth.WWWAuthenticateChallengeError) return error.status === 401;
  return FOR_GOOD.has(saidCode(error) ?? '');
}

/** Refusals that trying again does not mend. */
const FOR_GOOD = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client']);

/** Tells the authorization server that the tokens are not needed any more, where it wants to know (RFC 7009). */
export async function revoke({ client, metadata, ...kept }: KeptTokens, asking: Asking): Promise<void> {
  if (metadata.revocation_endpoint === undefined) return;
  const token = kept.refreshToken ?? kept.accessToken;
  const options = libraryOptions(asking);
  const server = libraryServer(metadata);
  const known = libraryClient(client);
  const told = async (additionalParameters: Record<string, string>): Promise<void> => {
    const more = { ...options, additionalParameters };
    const response = await oauth.revocationRequest(server, known, clientAuth(client), token, more);
    await oauth.processRevocationResponse(response);
  };
  try {
    await told({});
  } catch (error) {
    if (saidCode(error) !== 'invalid_request') throw error;
    await told(EMPTY_SECRET);
  }
}

/** Means the same as none (RFC 6749 §3.2); the authorization servers of the Python SDK insist on it. */
const EMPTY_SECRET = { client_secret: '' };
