import { isJsonObject } from '@boomgate/engine';
import * as oauth from 'oauth4webapi';
import { TOKEN_LEAST_MS, TOKEN_LIFE_MS } from '../limits/index.ts';
import { fetchOf, isRefusal, saidCode, secretMethodOf, Unavailable } from '../sign-on/index.ts';
import { scopesIn } from '../upstreams/index.ts';
import { type Client, type Metadata, Refused } from './contract.ts';
import type { Asking } from './discover.ts';

/** Characters of a token: as a header it has to pass servers, which take 8 to 16 KiB. */
const TOKEN_LENGTH_MAX = 8_192;
const sendable = /^[\x21-\x7e]+$/;

/** For each request; without TLS only where `addressFault` let the address pass. */
export function libraryOptions({ allowPrivate, ask }: Asking) {
  return { [oauth.customFetch]: fetchOf(ask, allowPrivate), [oauth.allowInsecureRequests]: allowPrivate };
}

export function libraryClient({ clientId }: Pick<Client, 'clientId'>): oauth.Client {
  return { client_id: clientId };
}

/** A copy, as the library has members of it that can be written. */
export function libraryServer(metadata: Metadata): oauth.AuthorizationServer {
  const known = Object.entries(metadata).filter(([, value]) => value !== undefined);
  return { issuer: metadata.issuer, ...Object.fromEntries(known) };
}

export function clientAuth({ clientSecret, method }: Client): oauth.ClientAuth {
  if (clientSecret === undefined || method === 'none') return oauth.None();
  return method === 'client_secret_post' ? oauth.ClientSecretPost(clientSecret) : basicAuth(clientSecret);
}

/** Names the client in the body as well: the authorization servers of the Python SDK look for it there before anything else. */
function basicAuth(clientSecret: string): oauth.ClientAuth {
  const inHeader = oauth.ClientSecretBasic(clientSecret);
  return (...request) => {
    const [, client, body] = request;
    body.set('client_id', client.client_id);
    return inHeader(...request);
  };
}

export function methodFor(metadata: Metadata, hasSecret: boolean): Client['method'] {
  return hasSecret ? secretMethodOf(metadata) : 'none';
}

export type Obtained = {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly endsAtMs?: number;
  readonly scopes?: readonly string[];
};

/** What a token endpoint gave; `askedAtMs` is when, so that a slow answer makes no token live longer. */
export function readTokens(answer: oauth.TokenEndpointResponse, askedAtMs: number): Obtained {
  const { access_token: accessToken, expires_in: seconds, refresh_token: refreshToken, scope } = answer;
  if (answer.token_type !== 'bearer' || accessToken.length > TOKEN_LENGTH_MAX || !sendable.test(accessToken))
    throw new Refused('authorization_server_failed', 'expected a bearer token that fits into a header');
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(seconds === undefined ? {} : { endsAtMs: askedAtMs + lifeMs(seconds) }),
    ...(scope === undefined ? {} : { scopes: scopesIn(scope) }),
  };
}

/** Any number from 0 on is one of JSON: parts of a second, and more than there is time. */
function lifeMs(seconds: number): number {
  return Math.max(TOKEN_LEAST_MS, Math.min(Math.floor(seconds * 1_000), TOKEN_LIFE_MS));
}

/**
 * The same answer of a token endpoint without what says nothing: `null`, and a life that is no time, as -1 of tokens without an end. The library would
 * refuse all of it, and what it was got with is spent.
 */
export async function saidTokens(response: Response): Promise<Response> {
  const { headers, status } = response;
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (status !== 200 || !isJsonObject(said)) return response;
  const members = Object.entries(said).filter(
    ([name, value]) => value !== null && (name !== 'expires_in' || isLife(value)),
  );
  return new Response(JSON.stringify(Object.fromEntries(members)), { status, headers });
}

function isLife(value: unknown): boolean {
  const seconds = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0;
}

/** The library throws for what the other side says wrongly, which is no accident of ours. Codes alone: descriptions are anybody's text. */
export function toRefused(error: unknown): unknown {
  if (error instanceof Unavailable) return new Refused('authorization_server_failed', error.message);
  if (!isRefusal(error)) return error;
  const said = saidCode(error);
  const why = said === undefined ? 'its answer cannot be used' : `it says ${JSON.stringify(said)}`;
  return new Refused('authorization_server_failed', `the authorization server refused: ${why}`);
}
