import { createHmac, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { SignJWT } from 'jose';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hashToken } from '../../src/identity/index.ts';
import { ACCESS_TOKEN_MS, ASSERTION_MS, DISCOVERY_FAILED_MS } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { CLIENT, type OidcProvider, openOidcProvider } from '../support/oidc.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { proofKey } from '../support/proofs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { CALLBACK, dashboardFolder } from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';
const EDITOR = { id: 'editor-of.acme', secret: 'a-secret-of-the-editor,of/the=tests:more' };
const OTHER = { id: 'other-editor', secret: 'another-secret-of-an-editor-of-the-tests' };
const SIGNING = 'signing-editor';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SCIM_TOKEN = 'a-token-of-a-directory-of-the-tests-x';

const clock = movedClock(Date.now());
const disposals: AsyncDisposable[] = [];
let office: Office;
let corp: OidcProvider;
let plain: OidcProvider;

const kept = <One extends AsyncDisposable>(one: One): One => {
  disposals.unshift(one);
  return one;
};

beforeAll(async () => {
  corp = kept(await openOidcProvider(() => []));
  plain = kept(await openOidcProvider(() => []));
  const stub: Stub = kept(await startStub({ era: 'legacy', tools: [{ name: 'pay' }] }));
  const folder = kept(await dashboardFolder());
  const jwks = { keys: [{ ...keys.publicKey.export({ format: 'jwk' }) }] };
  const clients = {
    ...{ [EDITOR.id]: { secret: '${env:EDITOR}' }, [OTHER.id]: { secret: OTHER.secret } },
    [SIGNING]: { jwks },
  };
  const registered = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  office = kept(
    await bootOffice(
      {
        clock,
        dashboard: folder.path,
        environment: { ...process.env, EDITOR: EDITOR.secret, TEST_GRANT: 'x'.repeat(40) },
      },
      {
        mcpServers: { files: { url: stub.url }, other: { url: stub.url } },
        more: {
          signIn: {
            providers: {
              corp: { issuer: corp.issuer, ...registered, agents: { clients }, scim: { token: SCIM_TOKEN } },
              plain: { issuer: plain.issuer, ...registered },
            },
          },
        },
      },
    ),
  );
});
afterEach(() => {
  corp.instead.clear();
});
afterAll(async () => {
  for (const one of disposals) await one[Symbol.asyncDispose]();
});

const url = () => office.gateway.url;
const at = (server = 'files') => `${url()}/mcp-oauth/${server}/`;
const seconds = () => Math.floor(clock.wallMs() / 1_000);

type Person = { readonly subject: string; readonly email: string; readonly id: string };

type Named = { readonly issuer?: string; readonly email?: string; readonly subject?: string };

const newcomer = () => ({
  subject: `subject ${crypto.randomUUID()}`,
  email: `${crypto.randomUUID()}@corp.example`,
});

/** A member whom the provider has proven once. */
async function member({ issuer = corp.issuer, ...named }: Named = {}): Promise<Person> {
  const { email, subject } = { ...newcomer(), ...named };
  const admitted = await office.gateway.store.people.externalIdentities.admit({
    ...{ issuer, subject, email, newPerson: { id: uuidv7(), name: 'Ann Bond' }, memberId: uuidv7() },
    ...{ organization: 'default', organizationName: 'Acme', mayLink: true, joinsAs: 'viewer' },
    from: { via: 'dashboard', address: '' },
  });
  if (typeof admitted === 'string') throw new Error(`expected a member, found ${admitted}`);
  return { subject, email, id: admitted.person };
}

async function minted(owner: string, more: object = {}) {
  const of = { server: 'files', policy: 'all', keepToken: false, owner, ownerMaySignIn: true };
  const body = { name: crypto.randomUUID(), ...of, ...more };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

/** A member with the grant that their agents may have. */
async function owner() {
  const person = await member();
  return { ...person, grant: await minted(person.email) };
}

const claimsOf = (sub: string, more: object = {}) => ({
  ...{ iss: corp.issuer, sub, aud: `${url()}/oauth`, client_id: EDITOR.id, resource: at() },
  ...{ jti: crypto.randomUUID(), iat: seconds(), exp: seconds() + 300, ...more },
});
const KIND = { typ: 'oauth-id-jag+jwt' };
const assertionOf = (sub: string, more: object = {}, header: object = KIND) =>
  corp.sign(claimsOf(sub, more), header);

type Answered = Readonly<Record<string, unknown>> & { readonly access_token?: string };
type Fields = Readonly<Record<string, string>>;

const basic = ({ id, secret }: typeof EDITOR) =>
  `Basic ${Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64')}`;

async function shown(assertion: string, more: Fields = {}, authorization?: string, proof?: string) {
  const body = new URLSearchParams({ grant_type: GRANT_TYPE, assertion, ...more });
  const headers = { authorization: authorization ?? basic(EDITOR) };
  const answer = await fetch(`${url()}/oauth/token`, {
    ...{ method: 'POST', body },
    headers: { ...(authorization === '' ? {} : headers), ...(proof === undefined ? {} : { dpop: proof }) },
  });
  // What the endpoint is specified to answer.
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answered };
}

const statusOf = async (token: unknown, server = 'files') =>
  (await post(at(server), String(token), modernCall('pay'))).status;

/** An agent that is in. */
async function entered(more: Fields = {}) {
  const person = await owner();
  const { body } = await shown(await assertionOf(person.subject), more);
  expect(await statusOf(body.access_token)).toBe(200);
  return { ...person, token: body.access_token };
}

describe('an agent for which the provider of its person vouches', () => {
  it('signs in place of a secret where the file has its key, and each signature counts once', async () => {
    const { subject } = await owner();
    const signature = await new SignJWT({ jti: crypto.randomUUID(), exp: seconds() + 60 })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(SIGNING)
      .setSubject(SIGNING)
      .setAudience(`${url()}/oauth`)
      .sign(keys.privateKey);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const fields = { client_assertion: signature, client_assertion_type: type };
    const given = await shown(await assertionOf(subject, { client_id: SIGNING }), fields, '');
    expect(given.status).toBe(200);
    expect(await statusOf(given.body.access_token)).toBe(200);
    const again = await shown(await assertionOf(subject, { client_id: SIGNING }), fields, '');
    expect(again).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const bySecret = { client_id: SIGNING, client_secret: EDITOR.secret };
    expect((await shown(await assertionOf(subject), bySecret, '')).status).toBe(401);
  });

  it('finds its way by an official client, and works with the grant of its person', async () => {
    const person = await owner();
    corp.instead.set('/token', (request, response) => {
      void formOf(request).then(async (form) => {
        expect(form.get('requested_token_type')).toBe('urn:ietf:params:oauth:token-type:id-jag');
        const named = { aud: form.get('audience'), resource: form.get('resource'), scope: form.get('scope') };
        const given = await assertionOf(person.subject, { ...named, email: 'somebody@else.example' });
        response.writeHead(200, { 'content-type': 'application/json' });
        const issued_token_type = 'urn:ietf:params:oauth:token-type:id-jag';
        response.end(JSON.stringify({ issued_token_type, access_token: given, token_type: 'N_A' }));
      });
    });
    const authProvider = new CrossAppAccessProvider({
      ...{ clientId: EDITOR.id, clientSecret: EDITOR.secret, expectedIssuer: `${url()}/oauth` },
      assertion: async ({ authorizationServerUrl, resourceUrl, scope = 'mcp' }) => {
        const asked = await discoverAndRequestJwtAuthGrant({
          ...{ idpUrl: corp.issuer, audience: authorizationServerUrl, resource: resourceUrl, scope },
          ...{ idToken: 'an ID token', clientId: 'editor at corp', clientSecret: 'there' },
        });
        return asked.jwtAuthGrant;
      },
    });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(at()), { authProvider }));
    expect((await client.callTool({ name: 'pay', arguments: {} })).isError).not.toBe(true);
    await client.close();
    const [row] = await office.gateway.store.decisions.query({ limit: 1 });
    expect(row?.row).toMatchObject({ grantName: person.grant.name, target: 'pay', outcome: 'allow' });
  });

  it('gets access for an hour to that server alone, is shown with its person, and leaves one row', async () => {
    const { body, headers, person } = await (async () => {
      const who = await owner();
      return { ...(await shown(await assertionOf(who.subject))), person: who };
    })();
    expect(body).toEqual({
      ...{ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3_600, scope: 'mcp' },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect([await statusOf(body.access_token), await statusOf(body.access_token, 'other')]).toEqual([
      200, 401,
    ]);
    const again = await shown(await assertionOf(person.subject, { resource: [at().slice(0, -1)] }), {
      resource: at(),
    });
    expect(again.status).toBe(200);
    const listed = expectOk(await office.admin.client.grants.signIns({ params: { grant: person.grant.id } }));
    expect(listed.signIns).toEqual([
      {
        ...{ id: expect.any(String), at: expect.any(String), endsAt: expect.any(String) },
        ...{ client: { name: EDITOR.id }, person: person.email, provider: 'corp', isBound: false },
      },
    ]);
    const rows = await office.gateway.store.audit.query({
      action: 'grant.signed_in',
      actor: person.email,
      limit: 9,
    });
    expect(rows).toMatchObject([
      {
        actor: { kind: 'person', id: person.id },
        target: { id: person.grant.id },
        after: { client: { name: EDITOR.id }, provider: 'corp' },
      },
    ]);
    clock.pass(ACCESS_TOKEN_MS);
    expect(await statusOf(body.access_token)).toBe(401);
  });

  it('gets access for its own key alone, if it proves one; a wrong proof does not spend its assertion', async () => {
    const person = await owner();
    const assertion = await assertionOf(person.subject);
    const key = await proofKey();
    const address = `${url()}/oauth/token`;
    const of = async (more: object = {}) => {
      const proof = await key.sign({ address }, { iat: Math.floor(clock.wallMs() / 1_000), ...more });
      return shown(assertion, {}, undefined, proof);
    };
    expect((await of({ htm: 'GET' })).body['error']).toBe('invalid_dpop_proof');
    const late = await of({ iat: 1 });
    expect([late.status, late.body['error']]).toEqual([400, 'use_dpop_nonce']);
    const { body } = await of({ iat: 1, nonce: late.headers.get('dpop-nonce') });
    expect(body).toMatchObject({ token_type: 'DPoP' });
    expect(await statusOf(body.access_token)).toBe(401);
    const { thumbprint } = key.keyPair;
    const found = office.gateway.store.grants.findByAccessHash(hashToken(body.access_token ?? ''));
    expect(found).toMatchObject({ id: person.grant.id, boundTo: thumbprint });
  });

  it('may show its secret in the form, and give its access back', async () => {
    const { subject } = await owner();
    const inForm = { client_id: EDITOR.id, client_secret: EDITOR.secret };
    const { body } = await shown(await assertionOf(subject), inForm, '');
    expect(await statusOf(body.access_token)).toBe(200);
    const revoked = new URLSearchParams({ ...inForm, token: String(body.access_token) });
    await fetch(`${url()}/oauth/revoke`, { method: 'POST', body: revoked });
    expect(await statusOf(body.access_token)).toBe(401);
  });

  it('gets the grant of its person, however the command line was given their address', async () => {
    const { email, subject } = await member();
    const { id } = await minted(email);
    await office.gateway.store.grants.update(id, { owner: email.toUpperCase() });
    expect((await shown(await assertionOf(subject))).status).toBe(200);
  });

  it('is told in the metadata that it may come', async () => {
    const answer = await fetch(`${url()}/.well-known/oauth-authorization-server/oauth`);
    expect(await answer.json()).toMatchObject({
      grant_types_supported: expect.arrayContaining([GRANT_TYPE]),
      authorization_grant_profiles_supported: [PROFILE],
    });
  });

  it('says which grant is meant where its person has several', async () => {
    const person = await owner();
    const second = await minted(person.email);
    const both = await shown(await assertionOf(person.subject));
    expect(both).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    expect(both.body['error_description']).toContain(second.name);
    const named = await shown(await assertionOf(person.subject), { grant: second.name });
    expect(await statusOf(named.body.access_token)).toBe(200);
  });
});

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a cast: of a request without an encoding
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

const unsigned = (claims: object, alg: string) => {
  const parts = [{ alg, kid: 'k', ...KIND }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const mac =
    alg === 'none' ? '' : createHmac('sha256', CLIENT.secret).update(parts.join('.')).digest('base64url');
  return `${parts.join('.')}.${mac}`;
};

/** What an assertion can be wrong in, though its person has a grant. */
const WRONG: Readonly<Record<string, (subject: string) => string | Promise<string>>> = {
  'is none': () => 'nothing of the kind',
  'is an ID token': (sub) => assertionOf(sub, {}, { typ: 'JWT' }),
  'says of no kind': (sub) => assertionOf(sub, {}, {}),
  'has its kind in other letters': (sub) => assertionOf(sub, {}, { typ: 'OAuth-ID-JAG+JWT' }),
  'is signed by nobody': (sub) => unsigned(claimsOf(sub), 'none'),
  'is signed with a secret': (sub) => unsigned(claimsOf(sub), 'HS256'),
  'is signed by another provider': (sub) => plain.sign(claimsOf(sub), KIND),
  'is of a provider without agents': (sub) => plain.sign(claimsOf(sub, { iss: plain.issuer }), KIND),
  'is for the gateway and not its authorization server': (sub) => assertionOf(sub, { aud: url() }),
  'is for the same with a slash': (sub) => assertionOf(sub, { aud: `${url()}/oauth/` }),
  'is for two': (sub) => assertionOf(sub, { aud: [`${url()}/oauth`, 'https://other.example'] }),
  'is for nobody': (sub) => assertionOf(sub, { aud: undefined }),
  'is for another client': (sub) => assertionOf(sub, { client_id: OTHER.id }),
  'is for no client': (sub) => assertionOf(sub, { client_id: undefined }),
  'is over': (sub) => assertionOf(sub, { exp: seconds() - 60 }),
  'has no end': (sub) => assertionOf(sub, { exp: undefined }),
  'has no beginning': (sub) => assertionOf(sub, { iat: undefined }),
  'was made long ago': (sub) => assertionOf(sub, { iat: seconds() - ASSERTION_MS / 1_000 }),
  'is from later than now': (sub) => assertionOf(sub, { iat: seconds() + 600, exp: seconds() + 900 }),
  'is not good yet': (sub) => assertionOf(sub, { nbf: seconds() + 600 }),
  'has no id': (sub) => assertionOf(sub, { jti: undefined }),
  'has an id that is no text of a database': (sub) => assertionOf(sub, { jti: 'a\0b' }),
  'has no address': (sub) => assertionOf(sub, { resource: undefined }),
  'has an address that is no text': (sub) => assertionOf(sub, { resource: [at(), 7] }),
  'is bound to a key': (sub) => assertionOf(sub, { cnf: { jkt: 'x' } }),
  'is about who acts for the person': (sub) => assertionOf(sub, { act: { sub: 'x' } }),
  'says in detail what may be done': (sub) => assertionOf(sub, { authorization_details: [] }),
  'is of one of several tenants': (sub) => assertionOf(sub, { tenant: 'x' }),
  'is for another scope alone': (sub) => assertionOf(sub, { scope: 'read' }),
};

/** Of addresses, where the assertion is right in itself. */
const ELSEWHERE: Readonly<Record<string, readonly [object, Fields]>> = {
  'is for an address elsewhere': [{ resource: 'https://evil.example/mcp-oauth/files/' }, {}],
  'is for the address of tokens': [{ resource: 'https://evil.example/mcp/files/' }, {}],
  'is for a server that is not there': [{ resource: 'nowhere' }, {}],
  'is for another server than the request': [{}, { resource: 'other' }],
  'is for two servers': [{ resource: 'both' }, {}],
};

describe('an agent gets nothing', () => {
  it.each(Object.entries(WRONG))('whose assertion %s', async (_what, make) => {
    const { subject } = await owner();
    const { body, status } = await shown(await make(subject));
    expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(body['error_description']).toMatch(/^the assertion is not taken: /);
  });

  it.each(Object.entries(ELSEWHERE))('whose assertion %s', async (_what, [more, fields]) => {
    const { subject } = await owner();
    const addressOf = (one: unknown) =>
      one === 'both' ? [at(), at('other')] : one === 'nowhere' ? at('nowhere') : one;
    const claims = Object.fromEntries(Object.entries(more).map(([name, one]) => [name, addressOf(one)]));
    const wanted = Object.fromEntries(Object.keys(fields).map((name) => [name, at(fields[name])]));
    const { body, status } = await shown(await assertionOf(subject, claims), wanted);
    expect([status, body['error']]).toEqual([400, 'invalid_target']);
  });

  it('for an assertion that was shown before; one that led nowhere may be shown again', async () => {
    const person = await member();
    const assertion = await assertionOf(person.subject);
    expect((await shown(assertion)).body['error']).toBe('invalid_target');
    await minted(person.email);
    const many = await Promise.all(Array.from({ length: 4 }, () => shown(assertion)));
    expect(many.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    expect((await shown(assertion)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('whose person is not known by the provider, though it names an e-mail that is', async () => {
    const { email } = await owner();
    const stranger = await shown(await assertionOf('somebody', { email, email_verified: true }));
    const ofPlain = await member({ issuer: plain.issuer });
    await minted(ofPlain.email);
    const known = await shown(await assertionOf(ofPlain.subject));
    // Who runs the gateway reads whom the provider meant.
    expect(office.test.lines.filter(({ fields }) => fields['subject'] === 'somebody')).toHaveLength(1);
    for (const { body } of [stranger, known])
      expect(body).toMatchObject({
        error: 'invalid_grant',
        error_description: expect.stringContaining('no member'),
      });
  });

  it('whose person the directory keeps out, though they are a member', async () => {
    const closed = newcomer();
    await closedByDirectory(closed.email, closed.subject);
    await minted((await member(closed)).email);
    const { body } = await shown(await assertionOf(closed.subject));
    expect(body).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('no member'),
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['is of nobody', { owner: undefined }],
    ['is of somebody else', { owner: 'somebody-else@corp.example' }],
    ['its owner may not give', { ownerMaySignIn: false }],
    ['is for another server', { server: 'other' }],
    ['is paused', { state: 'paused' }],
    ['is over', { state: 'over' }],
  ])('by a grant that %s, whoever its person is', async (_what, more) => {
    const person = await member();
    const { state, ...body } = more;
    const { id } = await minted(person.email, body);
    const { grants } = office.gateway.store;
    if (state === 'paused') await grants.setState(id, 'paused');
    if (state === 'over') await grants.update(id, { expiresAtMs: clock.wallMs() });
    expect((await shown(await assertionOf(person.subject))).body).toMatchObject({ error: 'invalid_target' });
  });

  it('by any grant of an admin who owns none: nobody chose one', async () => {
    const person = await owner();
    await office.gateway.store.grants.update(person.grant.id, { owner: null });
    const { members } = office.gateway.store.people;
    const own = await members.ofPerson('default', person.id);
    const change = { params: { member: own?.id ?? '' }, body: { role: 'admin' as const } };
    expectOk(await office.admin.client.members.changeRole(change));
    expect((await shown(await assertionOf(person.subject))).body).toMatchObject({ error: 'invalid_target' });
  });

  it('with a wrong secret, none, that of another, or as a client that registered itself', async () => {
    const { subject } = await owner();
    const assertion = await assertionOf(subject);
    const wrong = await shown(assertion, {}, basic({ ...EDITOR, secret: OTHER.secret }));
    expect([wrong.status, wrong.body['error']]).toEqual([401, 'invalid_client']);
    const none = await shown(assertion, { client_id: EDITOR.id }, '');
    expect([none.status, none.body['error']]).toEqual([401, 'invalid_client']);
    expect((await shown(assertion, {}, basic(OTHER))).body['error']).toBe('invalid_grant');
    const register = async (more: object) => {
      const answer = await fetch(`${url()}/oauth/register`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...more }),
      });
      return (await answer.json()) as Answered; // what the endpoint is specified to answer
    };
    const { client_id: id } = await register({ grant_types: ['authorization_code', GRANT_TYPE] });
    const own = await assertionOf(subject, { client_id: id });
    expect((await shown(own, { client_id: String(id) }, '')).status).toBe(400);
    expect((await register({ grant_types: [GRANT_TYPE], response_types: [] }))['error']).toBe(
      'invalid_client_metadata',
    );
    // None of these spent it.
    expect((await shown(assertion)).status).toBe(200);
  });

  it('while the provider does not answer, and is told to come again', async () => {
    const { subject } = await owner();
    const assertion = await assertionOf(subject);
    const other = kept(await openOidcProvider(() => []));
    other.instead.set('/.well-known/openid-configuration', (_request, response) =>
      response.writeHead(500).end(),
    );
    await edited((file) => Object.assign(file.signIn.providers['corp'] ?? {}, { issuer: other.issuer }));
    onTestFinished(() =>
      edited((file) => Object.assign(file.signIn.providers['corp'] ?? {}, { issuer: corp.issuer })),
    );
    const { body, headers, status } = await shown(assertion);
    expect([status, body['error'], headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '2',
    ]);
    clock.pass(DISCOVERY_FAILED_MS);
  });

  it('where the organisation requires a second factor of which the provider says nothing', async () => {
    const { subject } = await owner();
    await secondFactor(true);
    onTestFinished(() => secondFactor(false));
    const { body } = await shown(await assertionOf(subject));
    expect(body['error_description']).toContain('second factor');
    expect((await shown(await assertionOf(subject, { amr: ['pwd', 'mfa'] }))).status).toBe(200);
  });
});

describe('the access of an agent for which a provider vouches ends', () => {
  it.each<[string, (of: Awaited<ReturnType<typeof entered>>) => Promise<unknown>]>([
    ['its grant is paused', ({ grant }) => office.admin.client.grants.pause({ params: { grant: grant.id } })],
    [
      'its grant is revoked',
      ({ grant }) => office.admin.client.grants.revoke({ params: { grant: grant.id } }),
    ],
    [
      'its person is removed',
      async ({ id }) => {
        const own = await office.gateway.store.people.members.ofPerson('default', id);
        return office.admin.client.members.remove({ params: { member: own?.id ?? '' } });
      },
    ],
    ['the directory closes the account', ({ email, subject }) => closedByDirectory(email, subject)],
  ])('when %s, and no new assertion helps', async (_what, end) => {
    const agent = await entered();
    await end(agent);
    expect(await statusOf(agent.token)).toBe(401);
    expect((await shown(await assertionOf(agent.subject))).status).toBe(400);
  });

  it('when it is ended by itself, until the provider vouches for it again', async () => {
    const agent = await entered();
    const params = { grant: agent.grant.id };
    const [shownOne] = expectOk(await office.admin.client.grants.signIns({ params })).signIns;
    expectOk(
      await office.admin.client.grants.endSignIn({ params: { ...params, signIn: shownOne?.id ?? '' } }),
    );
    expect(await statusOf(agent.token)).toBe(401);
    const again = await shown(await assertionOf(agent.subject));
    expect(await statusOf(again.body.access_token)).toBe(200);
  });

  it('when its client, or what the provider may say of agents, leaves the file, and counts again with it', async () => {
    const agent = await entered();
    const before = await readFile(office.test.configFile, 'utf8');
    const settingsRows = () => office.gateway.store.audit.query({ action: 'settings.applied', limit: 1 });
    const [settings] = await settingsRows();
    const another = { secret: 'another-secret-of-the-editor-of-the-tests' };
    await edited(({ signIn }) =>
      Object.assign(signIn.providers['corp']?.agents?.clients ?? {}, { [EDITOR.id]: another }),
    );
    expect(await statusOf(agent.token)).toBe(401);
    const [row] = await settingsRows();
    expect(row?.cursor).not.toBe(settings?.cursor);
    expect(row?.after?.['agents']).toHaveProperty(['corp', 'clients', EDITOR.id]);
    expect(JSON.stringify(row)).not.toContain(another.secret);
    await edited(({ signIn }) => delete signIn.providers['corp']?.agents?.clients[EDITOR.id]);
    expect(await statusOf(agent.token)).toBe(401);
    expect((await shown(await assertionOf(agent.subject))).status).toBe(401);
    await edited(({ signIn }) => delete signIn.providers['corp']?.agents);
    const metadata = await fetch(`${url()}/.well-known/oauth-authorization-server/oauth`);
    const told = (await metadata.json()) as Answered; // what the endpoint is specified to answer
    expect(told['grant_types_supported']).not.toContain(GRANT_TYPE);
    expect(told['authorization_grant_profiles_supported']).toBeUndefined();
    await edited((file) => Object.assign(file, JSON.parse(before)));
    expect(await statusOf(agent.token)).toBe(200);
  });
});

async function secondFactor(requireSecondFactor: boolean): Promise<void> {
  const { organizations } = office.gateway.store.people;
  const of = await organizations.find('default');
  if (of !== undefined) await organizations.change(of, { requireSecondFactor });
}

async function closedByDirectory(email: string, externalId: string) {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  const body = {
    schemas,
    userName: email,
    externalId,
    active: false,
    emails: [{ value: email, primary: true }],
  };
  const answer = await fetch(`${url()}/scim/v2/corp/Users`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { authorization: `Bearer ${SCIM_TOKEN}`, 'content-type': 'application/scim+json' },
  });
  expect(answer.status).toBe(201);
}

type File = {
  readonly signIn: {
    readonly providers: Record<string, { agents?: { readonly clients: Record<string, object> } }>;
  };
};

/** Edits the configuration file, and waits until it is in force. */
async function edited(edit: (file: File) => unknown): Promise<void> {
  const { configFile, lines } = office.test;
  const file = JSON.parse(await readFile(configFile, 'utf8')) as File; // a cast: the test wrote it
  edit(file);
  const before = lines.length;
  await writeFile(configFile, JSON.stringify(file));
  await until(() => lines.slice(before).some(({ message }) => message === 'configuration reloaded'));
}
