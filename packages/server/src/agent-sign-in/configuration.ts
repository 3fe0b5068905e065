import { createPrivateKey, hkdfSync } from 'node:crypto';
import type { ClientMetadata, Configuration, default as Provider } from 'oidc-provider';
import { opens, PROOF_ALGORITHMS, proofSecret } from '../identity/index.ts';
import {
  ACCESS_TOKEN_MS,
  AGENT_CODE_MS,
  CLIENT_DOCUMENT_BYTES,
  CONSENT_MS,
  REFRESH_TOKEN_MS,
  REFRESHES_AT_ONCE,
  REFRESHES_PER_MINUTE,
} from '../limits/index.ts';
import type { GrantRecord } from '../store/index.ts';
import { grantOf } from './accounts.ts';
import { placeOf, SCOPE } from './addresses.ts';
import { ASSERTION_GRANT } from './assertion-names.ts';
import { CLIENT_ALGORITHMS, signing } from './client-assertion.ts';
import { countedMetadata } from './client-metadata.ts';
import type { DeskParts } from './contract.ts';
import type { Library } from './library.ts';
import { asProgram, refusePrograms } from './program-grant.ts';
import { Records } from './records.ts';
import { redirectFault } from './redirect-uris.ts';
import { renderError } from './refusals.ts';
import { readSignIn, SIGN_IN } from './signed-in.ts';
import { Unreached } from './unreached.ts';

const seconds = (ms: number): number => ms / 1_000;

function refuseRedirects(uris: unknown, { InvalidClientMetadata }: Library['errors']): void {
  const fault = redirectFault(uris);
  if (fault !== undefined) throw new InvalidClientMetadata(`redirect_uris ${fault}`);
}

/** By the word of a provider come those alone that the file declares. */
function refuseAssertions(
  { vouching }: DeskParts,
  { client_id: id, grant_types: types }: ClientMetadata,
  { InvalidClientMetadata }: Library['errors'],
): void {
  if (types?.includes(ASSERTION_GRANT) !== true || vouching.clients().some((one) => one.id === id)) return;
  throw new InvalidClientMetadata(
    `grant_types must not contain ${ASSERTION_GRANT}: no provider vouches for it`,
  );
}

/** Seconds. */
const LIFETIMES: Configuration['ttl'] = {
  AccessToken: seconds(ACCESS_TOKEN_MS),
  AuthorizationCode: seconds(AGENT_CODE_MS),
  // Until the agent has its first tokens; these prolong it.
  Grant: seconds(CONSENT_MS),
  IdToken: seconds(ACCESS_TOKEN_MS),
  Interaction: seconds(CONSENT_MS),
  RefreshToken: seconds(REFRESH_TOKEN_MS),
  Session: seconds(CONSENT_MS),
};

/** How clients show who they are. */
export const CLIENT_METHODS = ['none', 'client_secret_basic', 'client_secret_post'] as const;

const ALGORITHMS: Configuration['enabledJWA'] = {
  idTokenSigningAlgValues: ['EdDSA'],
  clientAuthSigningAlgValues: CLIENT_ALGORITHMS,
  // A cast: the names of algorithms, of which the library has its own list.
  dPoPSigningAlgValues: PROOF_ALGORITHMS as never,
};

/** How the library is set up. */
export function configuration(parts: DeskParts, library: Library): Configuration {
  const { errors, interactionPolicy } = library;
  const { clock, store } = parts;
  const usedUp = (what: string) => new errors.InvalidGrant(`${what} was used or ended`);
  const policy = interactionPolicy.base();
  for (const { checks } of policy) checks.clear();
  policy.get('consent')?.checks.add(alwaysAsked(interactionPolicy));
  return {
    adapter: (kind) =>
      new Records(kind, {
        ...{ store, usedUp, clients: parts.vouching.clients, requiresBound: parts.requiresBound },
        program: (id) => asProgram(parts, library, id),
      }),
    clientDefaults: {
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: 'EdDSA',
    },
    ...signing(parts, library),
    clientAuthMethods: [...CLIENT_METHODS, 'private_key_jwt'],
    clientBasedCORS: (_context, origin, { redirectUris = [] }) =>
      redirectUris.some((one) => URL.parse(one)?.origin === origin),
    cookies: cookies(parts),
    // Where nothing is said, clients with a secret alone may give tokens back (RFC 8414 §2).
    discovery: { revocation_endpoint_auth_methods_supported: CLIENT_METHODS },
    enabledJWA: ALGORITHMS,
    features: features(parts, errors),
    findAccount: async (_context, account, token) => {
      const { id, organization } = grantOf(account);
      const grant = await store.grants.get(organization, id);
      const isOpen = grant !== undefined && opens(grant, { server: grant.server, nowMs: clock.wallMs() });
      if (!isOpen || !(await isStillGiven(parts, grant, token?.grantId))) return undefined;
      return { accountId: account, claims: async () => ({ sub: account }) };
    },
    interactions: {
      policy,
      url: (context, { uid }) => {
        const [name, value] = parts.begunHere(uid);
        context.append(name, value);
        return `${parts.url()}/agent-sign-in/${uid}`;
      },
    },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    extraClientMetadata: {
      properties: ['redirect_uris'],
      validator: (...[, , uris, metadata]) => {
        refuseRedirects(uris, errors);
        refuseAssertions(parts, metadata, errors);
        refusePrograms(library, metadata);
      },
    },
    fetch: (url) => fetched(parts, String(url)),
    fetchResponseBodyLimits: { 'client_id metadata document': CLIENT_DOCUMENT_BYTES },
    jwks: { keys: [signingKey(parts)] },
    pkce: { required: () => true },
    renderError,
    responseTypes: ['code'],
    rotateRefreshToken: ({ oidc }) => {
      const token = oidc.entities.RefreshToken;
      if (comesTooOften(token)) throw new errors.SlowDown();
      // The library would see it once the token is used up.
      if (isElsewhere(token, oidc.params?.['resource'])) throw new errors.InvalidTarget();
      return true;
    },
    routes: { authorization: '/authorize', registration: '/register', revocation: '/revoke' },
    scopes: [SCOPE],
    ttl: LIFETIMES,
  };
}

/**
 * Whether who consented to a sign-in still may; also before there is one. Who leaves takes their sign-ins along: this is for those that a
 * fault left, and for who has another role or owns the grant no more.
 */
async function isStillGiven(
  { mayStillGive, store }: DeskParts,
  grant: GrantRecord,
  signIn: string | undefined,
): Promise<boolean> {
  if (signIn === undefined) return true;
  const kept = await store.agentSignIns.find(SIGN_IN, signIn);
  const person = kept && readSignIn(kept).person;
  return person !== undefined && mayStillGive(person, grant);
}

function cookies(parts: DeskParts): Configuration['cookies'] {
  const cookie = { httpOnly: true, sameSite: 'lax', secure: parts.isBehindTls, signed: true } as const;
  return {
    keys: [derived(parts, 'cookies').toString('base64')],
    long: cookie,
    short: cookie,
    names: {
      session: 'boomgate_agent_session',
      interaction: 'boomgate_agent_request',
      resume: 'boomgate_agent_resume',
    },
  };
}

/** Nobody is remembered: each request of an agent is one that its person sees. */
function alwaysAsked({ Check }: Library['interactionPolicy']) {
  return new Check('consent', 'the person has to consent', 'interaction_required', ({ oidc }) =>
    oidc.result?.consent === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );
}

function features(parts: DeskParts, errors: Library['errors']): Configuration['features'] {
  const resourceIndicators: NonNullable<Configuration['features']>['resourceIndicators'] = {
    enabled: true,
    defaultResource: async (_context, _client, oneOf) => {
      const [first] = oneOf ?? [];
      if (first !== undefined) return first;
      throw new errors.InvalidTarget('expected one resource: the address that the agent was given');
    },
    useGrantedResource: async () => true,
    getResourceServerInfo: async (_context, resource) => {
      if (placeOf(resource, parts.url()) === undefined)
        throw new errors.InvalidTarget(`expected resource to be ${parts.url()}/mcp-oauth/SERVER/`);
      return {
        scope: SCOPE,
        audience: resource,
        accessTokenFormat: 'opaque',
        accessTokenTTL: seconds(ACCESS_TOKEN_MS),
      };
    },
  };
  const none = { enabled: false } as const;
  return {
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      // Its address has a path, below which somebody put it.
      allowFetch: (_context, id) => new URL(id).pathname !== '/',
    },
    devInteractions: none,
    dPoP: { enabled: true, nonceSecret: proofSecret(parts.store.secrets.key('session-seal')) },
    pushedAuthorizationRequests: none,
    registration: { enabled: true, issueRegistrationAccessToken: false },
    resourceIndicators,
    revocation: {
      enabled: true,
      allowedPolicy: (_context, client, token) => {
        // It is told (RFC 7009 §2.1), as it is at the endpoint for tokens.
        if (token.clientId !== client.clientId) throw new errors.InvalidGrant('client mismatch');
        return true;
      },
    },
    rpInitiatedLogout: none,
    userinfo: none,
  } as Configuration['features'];
}

const DOCUMENT = 'the document of the client';

/** What a client says of itself where its id is an address. */
async function fetched({ readDocument }: DeskParts, url: string): Promise<Response> {
  const answer = await readDocument(url);
  if ('failure' in answer) throw new Unreached(DOCUMENT, answer.failure);
  const { headers, status, text } = answer;
  if (status >= 500 || status === 429) throw new Unreached(DOCUMENT, `HTTP ${status}`);
  return new Response(text === '' ? null : countedMetadata(text), { status, headers });
}

/** What is used up is kept, so that it is known again: nobody is to fill a store with it. */
type RefreshToken = InstanceType<Provider['RefreshToken']>;

function comesTooOften(token: RefreshToken | undefined): boolean {
  const { rotations = 0 } = token ?? {};
  const minutes = (token?.totalLifetime() ?? 0) / 60;
  return rotations > REFRESHES_AT_ONCE + minutes * REFRESHES_PER_MINUTE;
}

function isElsewhere(token: RefreshToken | undefined, asked: unknown): boolean {
  const own: readonly unknown[] = [token?.resource].flat();
  return asked !== undefined && [asked].flat().some((one) => !own.includes(one));
}

function derived({ store }: DeskParts, purpose: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', store.secrets.key('people'), '', `boomgate agents' ${purpose} 1`, 32),
  );
}

/** What stands before the 32 bytes of a private key of Ed25519 (RFC 8410 §7). */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The library wants a key for ID tokens, of which it gives none without the scope `openid`: the same one in all replicas. */
function signingKey(parts: DeskParts) {
  const der = Buffer.concat([ED25519, derived(parts, 'signing key')]);
  const jwk = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  return { ...jwk, alg: 'EdDSA', use: 'sig', kid: '1' };
}
