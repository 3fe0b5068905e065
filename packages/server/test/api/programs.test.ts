import {
  Client,
  ClientCredentialsProvider,
  DpopSession,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_MS } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { proofKey } from '../support/proofs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { dashboardFolder } from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const DECLARED = { name: 'nightly', token: 'a-token-of-the-file-for-a-platform-of-agents' };

const SIGNING = 'signing';
const OTHER = 'other-signing';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const keyPairs = {
  mine: await generateKeyPair('ES256', { extractable: true }),
  other: await generateKeyPair('RS256'),
};
const publicSet = async (of: keyof typeof keyPairs) => ({
  keys: [{ ...(await exportJWK(keyPairs[of].publicKey)) }],
});

const clock = movedClock(Date.now());
const disposals: AsyncDisposable[] = [];
let office: Office;

const kept = <One extends AsyncDisposable>(one: One): One => {
  disposals.unshift(one);
  return one;
};

beforeAll(async () => {
  const stub: Stub = kept(await startStub({ era: 'legacy', tools: [{ name: 'pay' }] }));
  const folder = kept(await dashboardFolder());
  office = kept(
    await bootOffice(
      { clock, dashboard: folder.path, environment: { ...process.env, TEST_GRANT: 'x'.repeat(40) } },
      {
        mcpServers: { files: { url: stub.url }, other: { url: stub.url } },
        grants: {
          [DECLARED.name]: { server: 'files', policy: 'all', token: DECLARED.token },
          [SIGNING]: { server: 'files', policy: 'all', keys: { jwks: await publicSet('mine') } },
          [OTHER]: {
            ...{ server: 'other', policy: 'all' },
            keys: { jwks: JSON.stringify(await publicSet('other')) },
          },
        },
      },
    ),
  );
});
afterAll(async () => {
  for (const one of disposals) await one[Symbol.asyncDispose]();
});

const url = () => office.gateway.url;
const at = (server = 'files') => `${url()}/mcp-oauth/${server}/`;

async function minted(more: object = {}) {
  const of = { server: 'files', policy: 'all', keepToken: false };
  return expectOk(
    await office.admin.client.grants.mint({ body: { name: crypto.randomUUID(), ...of, ...more } }),
  );
}

type Fields = Readonly<Record<string, string>>;
type Answered = Readonly<Record<string, unknown>>;

async function answered(fields: Fields, authorization?: string) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...fields });
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(`${url()}/oauth/token`, { method: 'POST', body, headers });
  // What the endpoint is specified to answer.
  return { status: answer.status, body: (await answer.json()) as Answered };
}

const inForm = (id: string, secret: string, more: Fields = {}) =>
  answered({ client_id: id, client_secret: secret, ...more });

const statusOf = async (token: unknown, server = 'files') =>
  (await post(at(server), String(token), modernCall('pay'))).status;

/** A grant with the access token that its secret was exchanged for. */
async function entered() {
  const grant = await minted();
  const { body } = await inForm(grant.id, grant.token);
  expect(await statusOf(body['access_token'])).toBe(200);
  return { ...grant, access: body['access_token'] };
}

const refused = { status: 401, body: { error: 'invalid_client' } };

describe('a program with an ID and a secret', () => {
  it('finds its way by the official client, with the token of a grant as its secret', async () => {
    const grant = await minted();
    const authProvider = new ClientCredentialsProvider({ clientId: grant.id, clientSecret: grant.token });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(at()), { authProvider }));
    expect((await client.callTool({ name: 'pay', arguments: {} })).isError).not.toBe(true);
    await client.close();
    expect(authProvider.tokens()?.refresh_token).toBeUndefined();
  });

  it('shows them in the form or by Basic, and names the address or leaves it', async () => {
    const { id, token } = await minted();
    const basic = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
    for (const { body, status } of [
      await inForm(id, token),
      await inForm(id, token, { resource: at() }),
      await answered({ scope: 'mcp anything' }, basic),
    ]) {
      expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'mcp' } });
      expect(body).not.toHaveProperty('refresh_token');
      expect(body['expires_in']).toBeLessThanOrEqual(ACCESS_TOKEN_MS / 1_000);
      expect(await statusOf(body['access_token'])).toBe(200);
      expect(await statusOf(body['access_token'], 'other')).toBe(401);
    }
  });

  it('binds its access to a key of its own where it has one', async () => {
    const grant = await minted();
    const session = await DpopSession.create();
    const own = new ClientCredentialsProvider({ clientId: grant.id, clientSecret: grant.token });
    const authProvider = Object.assign(own, { dpop: () => session });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(at()), { authProvider }));
    expect((await client.callTool({ name: 'pay', arguments: {} })).isError).not.toBe(true);
    await client.close();
    expect(own.tokens()?.token_type).toBe('DPoP');
    expect(await statusOf(own.tokens()?.access_token)).toBe(401);
  });

  it('of a grant of the file comes by its name', async () => {
    const { body, status } = await inForm(DECLARED.name, DECLARED.token);
    expect(status).toBe(200);
    expect(await statusOf(body['access_token'])).toBe(200);
  });

  it('is listed with the grant, and begins with one row of the audit log', async () => {
    const { id, token } = await entered();
    await inForm(id, token);
    const { signIns } = expectOk(await office.admin.client.grants.signIns({ params: { grant: id } }));
    expect(signIns).toMatchObject([{ client: { name: id }, shows: 'secret', isBound: false }]);
    const rows = expectOk(await office.admin.client.audit.list({ query: { target: id } })).items;
    expect(rows.filter(({ action }) => action === 'grant.signed_in')).toHaveLength(1);
    const params = { grant: id, signIn: String(signIns[0]?.id) };
    expectOk(await office.admin.client.grants.endSignIn({ params }));
    expect((await inForm(id, token)).status).toBe(200);
  });

  it('gets no longer than the grant lasts', async () => {
    const { id, token } = await minted();
    await office.gateway.store.grants.update(id, { expiresAtMs: clock.wallMs() + 90_000 });
    const { body } = await inForm(id, token);
    expect(body['expires_in']).toBeLessThanOrEqual(90);
  });
});

describe('is refused, and learns nothing,', () => {
  it('whoever shows another secret, that of another grant, or an id that nobody has', async () => {
    const [one, other] = [await minted(), await minted()];
    const unknown = await inForm(crypto.randomUUID(), one.token);
    expect(unknown).toMatchObject(refused);
    for (const answer of [
      await inForm(one.id, other.token),
      await inForm(one.id, 'a-secret-that-nobody-has-ever-made-for-it'),
      await inForm(one.name, one.token),
      await answered({ client_id: one.id }),
    ])
      expect(answer).toEqual(unknown);
  });

  it('whose grant is paused, revoked or over', async () => {
    const [paused, revoked, over] = [await entered(), await entered(), await entered()];
    const { grants } = office.gateway.store;
    await grants.update(over.id, { expiresAtMs: clock.wallMs() + 60_000 });
    await grants.setState(paused.id, 'paused');
    await grants.setState(revoked.id, 'revoked');
    clock.pass(61_000);
    for (const { access, id, token } of [paused, revoked, over]) {
      expect(await inForm(id, token)).toMatchObject(refused);
      expect(await statusOf(access)).toBe(401);
    }
    await grants.setState(paused.id, 'active');
    expect(await statusOf(paused.access)).toBe(200);
  });

  it('whose grant has another token, at once or when the one before is over', async () => {
    const [now, later] = [await entered(), await entered()];
    const rotated = async (grant: string, overlapSeconds: number) =>
      expectOk(
        await office.admin.client.grants.rotate({
          params: { grant },
          body: { overlapSeconds, keepToken: false },
        }),
      );
    const { token } = await rotated(now.id, 0);
    expect(await statusOf(now.access)).toBe(401);
    expect(await inForm(now.id, now.token)).toMatchObject(refused);
    expect((await inForm(now.id, token)).status).toBe(200);
    await rotated(later.id, 60);
    const { body } = await inForm(later.id, later.token);
    expect(body['expires_in']).toBeLessThanOrEqual(60);
    expect(await statusOf(later.access)).toBe(200);
    clock.pass(61_000);
    expect(await statusOf(later.access)).toBe(401);
    expect(await statusOf(body['access_token'])).toBe(401);
    expect(await inForm(later.id, later.token)).toMatchObject(refused);
  });

  it('who comes from outside of the networks of the grant, which leaves a row', async () => {
    const { id, token } = await minted({ networks: ['192.0.2.0/24'] });
    expect(await inForm(id, token)).toMatchObject(refused);
    await until(async () => {
      const { items } = expectOk(
        await office.admin.client.audit.list({ query: { action: 'request.refused' } }),
      );
      return items.some(({ target }) => target.id === id);
    });
  });

  it('who asks for another address, or as a client that registered itself', async () => {
    const { id, token } = await minted();
    for (const resource of [at('other'), at('nothing'), `${url()}/mcp-oauth/`, 'https://elsewhere.example/'])
      expect(await inForm(id, token, { resource })).toMatchObject({
        status: 400,
        body: { error: 'invalid_target' },
      });
    const metadata = {
      redirect_uris: ['http://127.0.0.1/back'],
      token_endpoint_auth_method: 'client_secret_post',
    };
    const register = (more: object) =>
      fetch(`${url()}/oauth/register`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ ...metadata, client_id: id, ...more }),
      });
    expect((await register({ grant_types: ['client_credentials'] })).status).toBe(400);
    // What the endpoint is specified to answer.
    const made = (await (await register({})).json()) as { client_id: string; client_secret: string };
    expect(made.client_id).not.toBe(id);
    expect(await inForm(made.client_id, made.client_secret)).toMatchObject(refused);
  });
});

const nowS = () => Math.floor(clock.wallMs() / 1_000);

/** What a program signs, with what is otherwise. */
const assertionOf = (
  more: object = {},
  { alg = 'ES256', key = keyPairs.mine.privateKey as Parameters<SignJWT['sign']>[0] } = {},
) =>
  new SignJWT({
    ...{ iss: SIGNING, sub: SIGNING, aud: `${url()}/oauth`, jti: crypto.randomUUID(), exp: nowS() + 60 },
    ...more,
  })
    .setProtectedHeader({ alg })
    .sign(key);

const signed = (assertion: string, more: Fields = {}) =>
  answered({ client_assertion: assertion, client_assertion_type: ASSERTION, ...more });

describe('a program with a key of its own', () => {
  it('finds its way by the official client', async () => {
    const authProvider = new PrivateKeyJwtProvider({
      ...{ clientId: SIGNING, algorithm: 'ES256', privateKey: await exportPKCS8(keyPairs.mine.privateKey) },
      expectedIssuer: `${url()}/oauth`,
    });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(at()), { authProvider }));
    expect((await client.callTool({ name: 'pay', arguments: {} })).isError).not.toBe(true);
    await client.close();
    const grant = `file:${SIGNING}`;
    const { signIns } = expectOk(await office.admin.client.grants.signIns({ params: { grant } }));
    expect(signIns).toMatchObject([{ client: { name: SIGNING }, shows: 'key' }]);
  });

  it('signs for the gateway or its endpoint, and each assertion counts once', async () => {
    for (const aud of [`${url()}/oauth`, `${url()}/oauth/token`]) {
      const assertion = await assertionOf({ aud });
      const { body, status } = await signed(assertion, { client_id: SIGNING, resource: at() });
      expect(status).toBe(200);
      expect(await statusOf(body['access_token'])).toBe(200);
      expect(await statusOf(body['access_token'], 'other')).toBe(401);
      expect(await signed(assertion)).toMatchObject(refused);
    }
    expect(await signed(await assertionOf(), { resource: at('other') })).toMatchObject({ status: 400 });
  });

  it('comes again with the same assertion where only the time of its proof was off', async () => {
    const key = await proofKey();
    const fields = {
      ...{ grant_type: 'client_credentials', client_assertion_type: ASSERTION },
      client_assertion: await assertionOf(),
    };
    const ask = async (claims: object) => {
      const dpop = await key.sign({ address: `${url()}/oauth/token` }, { iat: nowS() - 600, ...claims });
      const asked = { method: 'POST', body: new URLSearchParams(fields), headers: { dpop } };
      const answer = await fetch(`${url()}/oauth/token`, asked);
      // What the endpoint is specified to answer.
      return { nonce: answer.headers.get('dpop-nonce'), body: (await answer.json()) as Answered };
    };
    const { body, nonce } = await ask({});
    expect(body).toMatchObject({ error: 'use_dpop_nonce' });
    expect((await ask({ nonce })).body).toMatchObject({ token_type: 'DPoP' });
    expect((await ask({ nonce })).body).toMatchObject({ error: 'invalid_client' });
  });

  it('is refused with what is for others, lasts, or was signed by another key, and with what stands for a token', async () => {
    const publicKey = new TextEncoder().encode(await exportSPKI(keyPairs.mine.publicKey));
    const [, payload] = (await assertionOf()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const wrong = [
      await assertionOf({ aud: [`${url()}/oauth`, 'https://elsewhere.example'] }),
      await assertionOf({ aud: [`${url()}/oauth`] }),
      await assertionOf({ aud: url() }),
      await assertionOf({ exp: nowS() - 600 }),
      await assertionOf({ exp: nowS() + 86_400 }),
      await assertionOf({ exp: undefined }),
      await assertionOf({ jti: undefined }),
      await assertionOf({ jti: 'x'.repeat(300) }),
      await assertionOf({ iss: OTHER }),
      await assertionOf({ iss: OTHER, sub: OTHER }),
      await assertionOf({ iss: 'nobody', sub: 'nobody' }),
      await assertionOf({}, { alg: 'RS256', key: keyPairs.other.privateKey }),
      await assertionOf({}, { alg: 'HS256', key: publicKey }),
      none,
    ];
    for (const assertion of wrong) expect(await signed(assertion)).toMatchObject(refused);
    expect(await inForm(SIGNING, 'no token of signing')).toMatchObject(refused);
  });

  it('is out with its grant, and comes in again with it', async () => {
    const { body } = await signed(await assertionOf());
    const { grants } = office.gateway.store;
    await grants.setState(`file:${SIGNING}`, 'paused');
    expect(await statusOf(body['access_token'])).toBe(401);
    const assertion = await assertionOf();
    expect(await signed(assertion)).toMatchObject(refused);
    await grants.setState(`file:${SIGNING}`, 'active');
    expect(await statusOf(body['access_token'])).toBe(200);
    expect((await signed(assertion)).status).toBe(200);
  });
});

it('metadata say that secrets and keys of grants are taken', async () => {
  const metadata: unknown = await (
    await fetch(`${url()}/.well-known/oauth-authorization-server/oauth`)
  ).json();
  expect(metadata).toMatchObject({
    grant_types_supported: expect.arrayContaining(['client_credentials']),
    token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic', 'private_key_jwt']),
    token_endpoint_auth_signing_alg_values_supported: expect.not.arrayContaining(['HS256']),
  });
});
