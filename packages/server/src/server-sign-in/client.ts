import { isJsonObject } from '@boomgate/engine';
import * as oauth from 'oauth4webapi';
import { addressFault } from './addresses.ts';
import { type Client, type Given, type Metadata, Refused } from './contract.ts';
import type { Asking } from './discover.ts';
import { libraryOptions, libraryServer, methodFor } from './library.ts';

/** What the gateway says of itself to authorization servers. */
export type Own = {
  readonly redirectUri: string;
  /** Where its metadata document is: an https address; undefined where it has none. */
  readonly documentUrl: string | undefined;
};

/** The name that people see when they are asked for consent. */
const CLIENT_NAME = 'Boomgate';

type Finding = {
  readonly asking: Asking;
  readonly given: Given;
  readonly kept: Client | undefined;
  readonly own: Own;
  /** What will be asked for. */
  readonly scopes: readonly string[];
  readonly nowMs: number;
};

/**
 * The client to sign in with: the one that a person gives, the one that was kept for this issuer, the metadata document, a registration;
 * in this order. Rejects with `Refused`.
 */
export async function findClient(
  metadata: Metadata,
  { asking, given, kept, nowMs, own, scopes }: Finding,
): Promise<Client> {
  if (given.clientId !== undefined) return givenClient(metadata, given, kept);
  if (kept?.how === 'given') return kept;
  const { documentUrl, redirectUri } = own;
  if (metadata.client_id_metadata_document_supported === true && documentUrl !== undefined)
    return { clientId: documentUrl, method: 'none', how: 'document' };
  if (kept?.how === 'registered' && kept.redirectUri === redirectUri && isFor(kept, scopes)) return kept;
  if (metadata.registration_endpoint !== undefined) return register(metadata, { asking, nowMs, own, scopes });
  throw new Refused('client_id_needed', `register the gateway there with the redirect URI ${redirectUri}`);
}

/** Servers that keep clients to the scopes with which they registered refuse others. */
function isFor({ scopes: registered }: Client, scopes: readonly string[]): boolean {
  return registered === undefined || scopes.every((scope) => registered.includes(scope));
}

/** Without a secret the one that was kept for the same client goes on. */
function givenClient(
  metadata: Metadata,
  { clientId = '', clientSecret }: Given,
  kept: Client | undefined,
): Client {
  const secret =
    clientSecret ?? (kept?.how === 'given' && kept.clientId === clientId ? kept.clientSecret : undefined);
  const method = methodFor(metadata, secret !== undefined);
  return { clientId, method, how: 'given', ...(secret === undefined ? {} : { clientSecret: secret }) };
}

/** Also what the metadata document says, beside the address of the client itself. */
export function clientDocument({ redirectUri }: Pick<Own, 'redirectUri'>, method: Client['method']) {
  return {
    client_name: CLIENT_NAME,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method,
    // A redirect to this machine is for native ones (OpenID Connect Registration 1.0, 2).
    application_type: addressFault(redirectUri, false) === undefined ? 'web' : 'native',
  };
}

/** RFC 7591, as a client without a secret where the server takes those: PKCE protects the code. */
async function register(
  metadata: Metadata,
  { asking, nowMs, own, scopes }: Pick<Finding, 'asking' | 'nowMs' | 'own' | 'scopes'>,
): Promise<Client> {
  const methods = metadata.token_endpoint_auth_methods_supported;
  const method = methods?.includes('none') === true ? 'none' : methodFor(metadata, true);
  const server = libraryServer(metadata);
  const document = clientDocument(own, method);
  const options = libraryOptions(asking);
  const ask = (body: typeof document & { scope?: string }) =>
    oauth.dynamicClientRegistrationRequest(server, body, options);
  const first = scopes.length === 0 ? undefined : await ask({ ...document, scope: scopes.join(' ') });
  // Some take no scopes here, and know which the client may have.
  const isTaken = first?.ok === true;
  const response = isTaken ? first : await ask(document);
  const made = await oauth.processDynamicClientRegistrationResponse(await withExpiry(response));
  const secret = typeof made.client_secret === 'string' ? made.client_secret : undefined;
  return {
    clientId: made.client_id,
    ...(secret === undefined ? {} : { clientSecret: secret }),
    method: secret === undefined ? 'none' : methodOf(made['token_endpoint_auth_method'], metadata),
    how: 'registered',
    redirectUri: own.redirectUri,
    atMs: nowMs,
    ...(isTaken ? { scopes } : {}),
  };
}

/**
 * The authorization servers of the Python SDK 1.x leave out when a secret ends that does not, and the library wants it said
 * (RFC 7591 §3.2.1).
 */
async function withExpiry(response: Response): Promise<Response> {
  if (response.status !== 201) return response;
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (!isJsonObject(said) || said['client_secret_expires_at'] !== undefined) return response;
  const { headers, status } = response;
  return new Response(JSON.stringify({ ...said, client_secret_expires_at: 0 }), { status, headers });
}

function methodOf(said: unknown, metadata: Metadata): Client['method'] {
  return said === 'client_secret_post' || said === 'client_secret_basic' ? said : methodFor(metadata, true);
}
