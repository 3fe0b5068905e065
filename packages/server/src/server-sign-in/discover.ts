import { z } from 'zod';
import type { Ask } from '../sign-on/index.ts';
import { type Challenge, readChallenge, scopesIn } from '../upstreams/index.ts';
import { addressFault, isOwnResource, isSameIssuer, issuerPlaces, resourcePlaces } from './addresses.ts';
import { type Metadata, Refused, type SignInServer } from './contract.ts';

/** What a server and the authorization server that it trusts say of how one signs in. */
export type Discovered = {
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  /** Asked for with the refusal, else those that the server names; may be none. */
  readonly scopes: readonly string[];
  readonly metadata: Metadata;
};

export type Asking = {
  readonly ask: Ask;
  /** Whether addresses of the authorization server may be special ones. */
  readonly allowPrivate: boolean;
};

const NOT_POSSIBLE = 'sign_in_not_possible';
const FAILED = 'authorization_server_failed';

/** Asks without any credential but at the server's own address; rejects with `Refused`. */
export async function discover(server: SignInServer, asking: Asking): Promise<Discovered> {
  const { tls, url } = server.target;
  // At its own address, where it may want to be shown a certificate.
  const there: Asking = { ...asking, ask: (request) => asking.ask({ ...request, tls }) };
  const challenge = await challengeOf(server, there.ask);
  const resource = (await resourceOf(new URL(url), challenge, there)) ?? itsOwn(new URL(url));
  const metadata = await metadataOf(resource, asking);
  const scopes = challenge?.scopes ?? scopesIn(resource.scopes_supported?.join(' '));
  return { resource: resource.resource, scopes, metadata };
}

/** What the server answers to who has no token. Its static headers may be needed to come so far; they go nowhere else. */
async function challengeOf({ target }: SignInServer, ask: Ask): Promise<Challenge | undefined> {
  const answer = await ask({
    url: target.url,
    method: 'POST',
    headers: {
      ...target.headers,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: PING,
    allowPrivate: target.allowPrivate,
  });
  if ('failure' in answer) throw new Refused(FAILED, `the server cannot be asked: ${answer.failure}`);
  if (answer.status >= 300 && answer.status < 400)
    throw new Refused(NOT_POSSIBLE, `the server answers with a redirect (HTTP ${answer.status})`);
  return answer.status === 401 ? readChallenge(answer.headers['www-authenticate']) : undefined;
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

const resourceDocument = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).min(1),
  scopes_supported: z.array(z.string()).optional().catch(undefined),
});

type Resource = z.infer<typeof resourceDocument> & {
  /** It says nothing of an authorization server. */
  readonly isSilent?: boolean;
};

/** Of a server from before June 2025 the origin is its authorization server (MCP 2025-03-26, Authorization §2.3.2). */
const itsOwn = ({ origin, pathname }: URL): Resource => ({
  ...{ resource: `${origin}${pathname}`, authorization_servers: [origin], isSilent: true },
});

async function resourceOf(
  server: URL,
  challenge: Challenge | undefined,
  asking: Asking,
): Promise<Resource | undefined> {
  const named = challenge?.resourceMetadata;
  if (named !== undefined && URL.parse(named)?.origin !== server.origin)
    throw new Refused(NOT_POSSIBLE, 'the server names metadata at another address than its own');
  for (const place of named === undefined ? resourcePlaces(server) : [named]) {
    const text = await document(place, asking);
    const read = resourceDocument.safeParse(text);
    if (!read.success) continue;
    if (!isOwnResource(read.data.resource, server))
      throw new Refused(NOT_POSSIBLE, 'the metadata of the server is that of another one');
    return read.data;
  }
  if (named === undefined) return undefined;
  throw new Refused(NOT_POSSIBLE, NOWHERE);
}

const NOWHERE = 'the server does not say where to sign in (RFC 9728)';

const text = z.string().max(2_048);
const metadataDocument = z.object({
  issuer: text,
  token_endpoint: text,
  authorization_endpoint: text.optional(),
  registration_endpoint: text.optional(),
  revocation_endpoint: text.optional(),
  token_endpoint_auth_methods_supported: z.array(text).optional(),
  code_challenge_methods_supported: z.array(text).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  client_id_metadata_document_supported: z.boolean().optional(),
  scopes_supported: z.array(text).optional(),
});

async function metadataOf(resource: Resource, asking: Asking): Promise<Metadata> {
  const issuer = resource.authorization_servers[0] ?? '';
  const fault = addressFault(issuer, asking.allowPrivate);
  if (fault !== undefined && resource.isSilent === true) throw new Refused(NOT_POSSIBLE, NOWHERE);
  if (fault !== undefined) throw new Refused(NOT_POSSIBLE, `the authorization server: ${fault}`);
  for (const place of issuerPlaces(new URL(issuer))) {
    const read = metadataDocument.safeParse(await document(place, asking));
    if (!read.success) continue;
    const { data } = read;
    if (!isSameIssuer(data.issuer, issuer))
      throw new Refused(
        NOT_POSSIBLE,
        'the authorization server names another issuer than the one that was asked for',
      );
    for (const name of ENDPOINTS) {
      const wrong = data[name] === undefined ? undefined : addressFault(data[name], asking.allowPrivate);
      if (wrong !== undefined)
        throw new Refused(NOT_POSSIBLE, `the ${name} of the authorization server: ${wrong}`);
    }
    return data;
  }
  if (resource.isSilent === true) throw new Refused(NOT_POSSIBLE, NOWHERE);
  throw new Refused(FAILED, 'the authorization server does not say what it can do (RFC 8414)');
}

const ENDPOINTS = [
  'token_endpoint',
  'authorization_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
] as const;

/** A JSON document at an address, or undefined: there is none, and the next place may have one. */
async function document(url: string, { allowPrivate, ask }: Asking): Promise<unknown> {
  const headers = { accept: 'application/json' };
  const answer = await ask({ url, method: 'GET', headers, body: null, allowPrivate });
  if ('failure' in answer) throw new Refused(FAILED, `metadata cannot be read: ${answer.failure}`);
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}
