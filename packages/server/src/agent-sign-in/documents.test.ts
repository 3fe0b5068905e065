import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { hashToken, Proofs, proofSecret } from '../identity/index.ts';
import { Nonces } from '../identity/proofs/nonces.ts';
import { systemClock } from '../limits/index.ts';
import type { GrantRecord, Store } from '../store/index.ts';
import { sqlitePlace } from '../store/sqlite/fixtures.ts';
import type { AgentSignInDesk, DeskParts } from './contract.ts';
import { openAgentSignIn } from './desk.ts';

const DOCUMENT = 'https://agent.example/client.json';
const CALLBACK = 'http://127.0.0.1:1/callback';
const VERIFIER = 'v'.repeat(43);

let place: Awaited<ReturnType<typeof sqlitePlace>>;
let store: Store;
let server: Server;
let url: string;
let desk: AgentSignInDesk;
let grant: GrantRecord;
let documents: Map<string, Awaited<ReturnType<DeskParts['readDocument']>>>;
let asked: string[];

beforeAll(async () => {
  place = await sqlitePlace();
  store = await place.open(systemClock(), 'gateway');
  server = createServer((request, response) => {
    if (!desk.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const minted = { id: randomUUID(), organization: 'default', name: 'own', server: 'files', labels: {} };
  grant = await store.grants.create(
    { ...minted, mode: 'enforce', origin: 'minted' },
    { hash: 'a'.repeat(64) },
  );
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await store[Symbol.asyncDispose]();
  await place.dispose();
});

/** What is read is kept for a while, by each desk. */
beforeEach(() => {
  documents = new Map([[DOCUMENT, answered(description())]]);
  asked = [];
  desk = opened();
});

type Different = Partial<
  Pick<DeskParts, 'inForceEverywhere' | 'isBehindTls' | 'readDocument' | 'requiresBound' | 'vouching'>
> & {
  readonly address?: string;
};

const NOBODY_VOUCHES: DeskParts['vouching'] = {
  clients: () => [],
  prove: async () => ({ ok: false, fault: 'sign_on_refused', why: 'there are none' }),
  grantsOf: async () => [],
};

/** A desk at the test's own address with its documents, or at another one, with others. */
function opened({
  address = url,
  inForceEverywhere = async () => undefined,
  isBehindTls = false,
  requiresBound = () => false,
  readDocument = async (of) => documents.get(of) ?? { failure: 'not reached' },
  vouching = NOBODY_VOUCHES,
}: Different = {}): AgentSignInDesk {
  return openAgentSignIn({
    store,
    clock: systemClock(),
    log: { info: () => undefined, warn: () => undefined },
    url: () => address,
    isBehindTls,
    inForceEverywhere,
    allowsHost: () => true,
    mayStillGive: async () => true,
    mayAsk: () => true,
    begunHere: (signIn) => ['set-cookie', `begun=${signIn}`],
    senderOf: () => '127.0.0.1',
    placeIn: (_, place) => place,
    usedElsewhere: () => undefined,
    workloads: {
      identify: async () => ({ ok: false, fault: 'sign_on_refused', why: 'there are none' }),
      grants: () => [],
    },
    vouching,
    keyed: () => [],
    spend: async () => true,
    proofs: new Proofs(systemClock(), Buffer.alloc(32)),
    requiresBound,
    readDocument: (of) => {
      asked.push(of);
      return readDocument(of);
    },
  });
}

function description(more: object = {}): object {
  return {
    ...{
      client_id: DOCUMENT,
      client_name: 'Agent',
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none',
    },
    ...{ jwks_uri: 'https://agent.example/keys', logo_uri: 'https://agent.example/logo.png', ...more },
  };
}

function answered(document: unknown, status = 200) {
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(document) };
}

/** Where a browser is led that an agent sends with the id of its document, or the page on which it stays. */
async function sent(more: Readonly<Record<string, string>> = {}, gateway = url) {
  const query = new URLSearchParams({
    ...{ client_id: DOCUMENT, redirect_uri: CALLBACK, response_type: 'code', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    ...{ resource: `${gateway}/mcp-oauth/files/`, ...more },
  });
  const headers = { accept: 'text/html' };
  const answer = await fetch(`${url}/oauth/authorize?${query}`, { redirect: 'manual', headers });
  const given = answer.headers.getSetCookie();
  const cookies = given.map((cookie) => cookie.split(';')[0]).join('; ');
  return { to: answer.headers.get('location') ?? `page: ${await answer.text()}`, cookies, given };
}

/** What a client that a person let in gets for its code. */
async function signedIn(proof?: () => Promise<string>, more: Readonly<Record<string, string>> = {}) {
  const { cookies, to } = await sent(more);
  const signIn = to.slice(`${url}/agent-sign-in/`.length);
  const onward = await desk.consent(signIn, { grant, person: 'ann@acme.example' });
  const led = await fetch(onward?.returnTo ?? '', { redirect: 'manual', headers: { cookie: cookies } });
  const back = new URL(led.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
  return exchanged(
    {
      ...{ grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '' },
      ...{ redirect_uri: CALLBACK, code_verifier: VERIFIER },
    },
    proof,
  );
}

type Answered = Readonly<Record<string, string | undefined>>;

async function exchanged(fields: Readonly<Record<string, string>>, proof?: () => Promise<string>) {
  const body = new URLSearchParams({ client_id: DOCUMENT, ...fields });
  const headers = proof === undefined ? {} : { dpop: await proof() };
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body, headers });
  const nonce = answer.headers.get('dpop-nonce');
  // What the endpoint is specified to answer.
  return { status: answer.status, nonce, body: (await answer.json()) as Answered };
}

const nowS = () => Math.floor(Date.now() / 1_000);

/** Proofs of one key for the endpoint for tokens, as a client signs them with what is otherwise. */
async function proving() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const thumbprint = await calculateJwkThumbprint(jwk);
  const proof = (more: object = {}) =>
    new SignJWT({ jti: randomUUID(), htm: 'POST', htu: `${url}/oauth/token`, iat: nowS(), ...more })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey);
  return { proof, thumbprint };
}

it('lets a client in by the document that describes it, whose host vouches for it', async () => {
  const { to } = await sent();
  expect(await desk.waiting(to.slice(`${url}/agent-sign-in/`.length))).toEqual({
    client: { name: 'Agent', document: DOCUMENT, returnsTo: 'http://127.0.0.1' },
    place: 'files',
  });
  expect((await signedIn()).body).toMatchObject({ token_type: 'Bearer', scope: 'mcp' });
  const [own] = await desk.ofGrant(grant);
  expect(own).toMatchObject({ client: { document: DOCUMENT }, person: 'ann@acme.example' });
  // Neither keys nor pictures of it are anybody's business here.
  expect([...new Set(asked)]).toEqual([DOCUMENT]);
});

it('gives a client that proves a key a token for that key alone, and a nonce to none that needs none', async () => {
  const { proof, thumbprint } = await proving();
  const { body, nonce } = await signedIn(proof);
  expect([body['token_type'], nonce]).toEqual(['DPoP', null]);
  const access = store.grants.findByAccessHash(hashToken(body['access_token'] ?? ''));
  expect(access).toMatchObject({ id: grant.id, boundTo: thumbprint });
  const refreshed = (token = '', one: string) =>
    exchanged({ grant_type: 'refresh_token', refresh_token: token }, async () => one);
  const once = await proof();
  const next = await refreshed(body['refresh_token'], once);
  expect(next.status).toBe(200);
  expect((await refreshed(next.body['refresh_token'], once)).body['error']).toBe('invalid_grant');
});

it('takes a client whose clock is off by a nonce, which is that of the addresses of agents', async () => {
  const { proof } = await proving();
  const old = { iat: 1 };
  const { body, nonce } = await signedIn(() => proof(old));
  expect(body['error']).toBe('use_dpop_nonce');
  const nonces = new Nonces(proofSecret(store.secrets.key('session-seal')));
  expect(nonces.isGood(nonce ?? '', Date.now())).toBe(true);
  expect((await signedIn(() => proof({ ...old, nonce }))).body['token_type']).toBe('DPoP');
});

it('gives tokens to keys alone where they have to be bound, says so, and uses nothing up for who has none', async () => {
  let isRequired = false;
  desk = opened({ requiresBound: () => isRequired });
  const before = (await signedIn()).body['refresh_token'] ?? '';
  isRequired = true;
  const refreshed = (proof?: () => Promise<string>) =>
    exchanged({ grant_type: 'refresh_token', refresh_token: before }, proof);
  for (const proof of [undefined, async () => '']) {
    const refused = await refreshed(proof);
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_dpop_proof']);
    expect(refused.body['error_description']).toContain('DPoP');
  }
  expect((await refreshed((await proving()).proof)).body['token_type']).toBe('DPoP');
  const told = await fetch(`${url}/.well-known/oauth-protected-resource/mcp-oauth/files/`);
  expect(await told.json()).toMatchObject({ dpop_bound_access_tokens_required: true });
});

it('gives nothing without a key to a client that says that it always has one', async () => {
  documents.set(DOCUMENT, answered(description({ dpop_bound_access_tokens: true })));
  expect((await signedIn()).body['error']).toBe('invalid_grant');
  expect((await signedIn((await proving()).proof)).body['token_type']).toBe('DPoP');
});

it('holds a code to the key that its client named when it asked for consent', async () => {
  const { proof, thumbprint } = await proving();
  const other = await proving();
  expect((await signedIn(other.proof, { dpop_jkt: thumbprint })).body['error']).toBe('invalid_grant');
  expect((await signedIn(undefined, { dpop_jkt: thumbprint })).body['error']).toBe('invalid_grant');
  expect((await signedIn(proof, { dpop_jkt: thumbprint })).body['token_type']).toBe('DPoP');
});

it('answers an agent that gets or gives back a token once all processes know', async () => {
  const happened: string[] = [];
  desk = opened({
    inForceEverywhere: async () => {
      await store.grants.get('default', grant.id);
      happened.push('known');
    },
  });
  const { body } = await signedIn();
  happened.push('given');
  const back = new URLSearchParams({ client_id: DOCUMENT, token: body['access_token'] ?? '' });
  const { status } = await fetch(`${url}/oauth/revoke`, { method: 'POST', body: back });
  happened.push('given back');
  expect([status, happened]).toEqual([200, ['known', 'given', 'known', 'given back']]);
});

it.each([
  ['was removed', { why: 'no member any more' }, 'no member any more'],
  ['has another address', { id: 'ann', email: 'ann@other.example' }, 'has another account by now'],
])('ends what an agent got by a provider whose person %s meanwhile', async (_what, later, why) => {
  const secret = 's'.repeat(40);
  const client = { id: 'editor', secret, provider: 'corp', key: 'k' };
  const known = [{ id: 'ann', email: 'ann@acme.example' }];
  const vouched = {
    ...{ subject: 's', resources: [`${url}/mcp-oauth/files/`], spend: async () => true },
    person: async () => known.pop() ?? later,
  };
  const prove = async () => ({ ok: true, vouched }) as const;
  desk = opened({ vouching: { clients: () => [client], prove, grantsOf: async () => [grant] } });
  const { body, status } = await exchanged({
    ...{ client_id: client.id, client_secret: secret, assertion: 'a' },
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  });
  expect([status, body['error_description']]).toEqual([400, expect.stringContaining(why)]);
  const signIns = await desk.ofGrant(grant);
  expect(signIns.filter(({ provider }) => provider === 'corp')).toEqual([]);
});

it('lets no host that does not answer end a sign-in: the agent may come again', async () => {
  let token = (await signedIn()).body['refresh_token'] ?? '';
  const refreshed = () => exchanged({ grant_type: 'refresh_token', refresh_token: token });
  const away = [{ failure: 'not reached' }, answered({}, 502), answered({}, 429)];
  for (const answer of away) {
    // Another replica, or a later time: nothing is kept of the document.
    desk = opened({ readDocument: async () => answer });
    const { body, status } = await refreshed();
    expect([status, body['error']]).toEqual([503, 'temporarily_unavailable']);
    desk = opened();
    const again = await refreshed();
    expect(again.status).toBe(200);
    token = again.body['refresh_token'] ?? '';
  }
  for (const answer of [answered({}, 404), answered(description({ client_id: 'https://other.example/' }))]) {
    desk = opened({ readDocument: async () => answer });
    expect((await refreshed()).body['error']).toMatch(/^invalid_client/);
  }
});

it.each([
  ['that is not reached', { failure: 'a private address' }],
  ['that is not there', answered({}, 404)],
  ['that leads elsewhere', { status: 302, headers: { location: 'https://b.example/' }, text: '' }],
  ['that is no JSON', { status: 200, headers: {}, text: '<!doctype html>' }],
  ['that is no object', answered([description()])],
  ['of another client', answered(description({ client_id: 'https://other.example/client.json' }))],
  ['with a secret in it', answered(description({ client_secret: 's' }))],
  ['that wants a secret', answered(description({ token_endpoint_auth_method: 'client_secret_basic' }))],
  [
    'that is larger than any',
    answered(description({ redirect_uris: [CALLBACK, `${CALLBACK}?${'x'.repeat(20_000)}`] })),
  ],
  ['that leads into a page', answered(description({ redirect_uris: ['javascript:alert(1)'] }))],
  [
    'that leads to any host',
    answered(description({ redirect_uris: [CALLBACK, 'https://*.agent.example/'] })),
  ],
])('refuses a client by a document %s', async (_, document) => {
  documents.set(DOCUMENT, document);
  expect((await sent()).to).toMatch(/^page: The agent could not be signed in/);
});

it('leads nobody to an address that the document does not name, and asks no address that is none of a document', async () => {
  expect((await sent({ redirect_uri: 'https://evil.example/' })).to).toMatch(/^page: /);
  asked = [];
  const odd = [
    'https://agent.example',
    'https://agent.example/',
    'https://agent.example/x/../y',
    `${DOCUMENT}#x`,
  ];
  for (const id of [
    ...odd,
    ...['http://agent.example/client.json', 'https://a@agent.example/x', 'file:///etc/passwd'],
  ])
    expect((await sent({ client_id: id })).to).toMatch(/^page: .*invalid_client/s);
  expect(asked).toEqual([]);
});

it('is told its configured address where TLS ends in front of the gateway, with cookies for that alone', async () => {
  const gateway = 'https://gate.example/base';
  desk = opened({ address: gateway, isBehindTls: true });
  const { given, to } = await sent({}, gateway);
  expect(to).toMatch(/^https:\/\/gate\.example\/base\/agent-sign-in\/[\w-]{43}$/);
  const own = given.filter((cookie) => cookie.startsWith('boomgate_agent_'));
  expect(own.length).toBeGreaterThan(0);
  for (const cookie of own) expect(cookie.toLowerCase()).toContain('; secure; httponly');
  const found = await fetch(`${url}/.well-known/oauth-authorization-server/base/oauth`);
  expect(await found.json()).toMatchObject({
    issuer: `${gateway}/oauth`,
    token_endpoint: `${gateway}/oauth/token`,
  });
});

it('says of a client by a document whose it is, however its address is written', async () => {
  const id = DOCUMENT.replace('https', 'HTTPS');
  documents.set(id, answered(description({ client_id: id })));
  const { to } = await sent({ client_id: id });
  const waiting = await desk.waiting(to.slice(`${url}/agent-sign-in/`.length));
  expect(waiting?.client.document).toBe(id);
});

it('takes the consent of one alone, also where another reads the document for long meanwhile', async () => {
  const { to } = await sent();
  const signIn = to.slice(`${url}/agent-sign-in/`.length);
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = opened({
    readDocument: async () => {
      await promise;
      return answered(description());
    },
  });
  const before = asked.length;
  const late = slow.consent(signIn, { grant, person: 'bob@acme.example' });
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before));
  const early = await desk.consent(signIn, { grant, person: 'ann@acme.example' });
  resolve();
  expect([early, await late].filter((onward) => onward !== undefined)).toHaveLength(1);
});

it('waits no more for a client whose document is gone, or is another by then', async () => {
  const { to } = await sent();
  const signIn = to.slice(`${url}/agent-sign-in/`.length);
  const gone = opened({ readDocument: async () => ({ failure: 'not reached' }) });
  const anothers = answered(description({ client_id: 'https://other.example/' }));
  const other = opened({ readDocument: async () => anothers });
  for (const replica of [gone, other]) expect(await replica.waiting(signIn)).toBeUndefined();
  expect(await gone.consent(signIn, { grant, person: 'ann@acme.example' })).toBeUndefined();
});

it('follows no other address of a document, and no keys of it, for whoever asks', async () => {
  const keys = { jwks_uri: 'https://agent.example/keys', sector_identifier_uri: 'https://agent.example/s' };
  documents.set(DOCUMENT, answered(description({ ...keys, token_endpoint_auth_method: 'private_key_jwt' })));
  expect((await sent()).to).toMatch(/^page: /);
  documents.set(
    DOCUMENT,
    answered(description({ ...keys, application_type: 'web', redirect_uris: ['http://evil.example/'] })),
  );
  expect((await sent({ redirect_uri: 'http://evil.example/' })).to).toMatch(/^page: /);
  expect([...new Set(asked)]).toEqual([DOCUMENT]);
});
