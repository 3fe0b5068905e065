import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ACCESS_TOKEN_MS, ACCESS_TOKENS_OF_GRANT, DISCOVERY_FAILED_MS } from '../../src/limits/index.ts';
import { runningClock } from '../cases/support/time.ts';
import { type OidcProvider, openOidcProvider } from '../support/oidc.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { proofKey } from '../support/proofs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { dashboardFolder } from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const KIND = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPE = 'urn:ietf:params:oauth:token-type:';
const AUDIENCE = 'gate of the tests';
const MAIN = 'repo:acme/web:ref:refs/heads/main';
/** Long past every moment of the tests. */
const LATE = 4_102_444_800;

const clock = runningClock();
const disposals: AsyncDisposable[] = [];
let office: Office;
let ci: OidcProvider;
let cluster: OidcProvider;
let stub: Stub;

const kept = <One extends AsyncDisposable>(one: One): One => {
  disposals.unshift(one);
  return one;
};

beforeAll(async () => {
  ci = kept(await openOidcProvider(() => []));
  cluster = kept(await openOidcProvider(() => []));
  stub = kept(await startStub({ era: 'legacy', tools: [{ name: 'pay' }] }));
  const folder = kept(await dashboardFolder());
  const of = (subject: string, more = {}) => ({ issuer: 'ci', subject, ...more });
  const grants = {
    deploys: {
      server: 'files',
      policy: 'all',
      workloads: [of(MAIN, { claims: { event: 'push' } }), of('repo:acme/tools:*')],
    },
    agents: {
      server: 'files',
      policy: 'all',
      workloads: [{ issuer: 'cluster', subject: 'system:serviceaccount:agents:*' }],
    },
    one: { server: 'other', policy: 'all', workloads: [of('repo:acme/web:*')] },
    two: {
      server: 'other',
      policy: 'all',
      token: 'a-token-of-a-grant-that-workloads-may-use-as-well',
      workloads: [of(MAIN)],
    },
    several: { servers: { files: 'all', other: 'all' }, workloads: [of(MAIN)] },
    short: {
      ...{ server: 'short', policy: 'all', workloads: [of(MAIN)] },
      expires: new Date(Date.now() + 600_000).toISOString(),
    },
    over: { server: 'over', policy: 'all', expires: '2020-01-01T00:00:00Z', workloads: [of(MAIN)] },
  };
  office = kept(
    await bootOffice(
      { clock, dashboard: folder.path },
      {
        mcpServers: {
          files: { url: stub.url },
          other: { url: stub.url },
          over: { url: stub.url },
          short: { url: stub.url },
        },
        grants,
        more: {
          workloads: { ci: { issuer: ci.issuer, audience: AUDIENCE }, cluster: { issuer: cluster.issuer } },
        },
      },
    ),
  );
});
afterAll(async () => {
  for (const one of disposals) await one[Symbol.asyncDispose]();
});

const at = (server: string) => `${office.gateway.url}/mcp-oauth/${server === '' ? '' : `${server}/`}`;

/** A token of the CI service as it should be, with what is otherwise. */
const ciToken = (more: object = {}, header = {}) =>
  ci.sign({ iss: ci.issuer, aud: AUDIENCE, sub: MAIN, event: 'push', exp: LATE, ...more }, header);

type Fields = Readonly<Record<string, string | undefined>>;

async function exchanged(token: string, more: Fields = {}, headers = {}) {
  const fields = {
    grant_type: KIND,
    subject_token: token,
    subject_token_type: `${TYPE}jwt`,
    resource: at('files'),
    ...more,
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const body = new URLSearchParams(given);
  const answer = await fetch(`${office.gateway.url}/oauth/exchange`, { method: 'POST', body, headers });
  // What the endpoint is specified to answer.
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answered };
}
type Answered = Readonly<
  Partial<Record<'access_token' | 'error' | 'error_description', string>> & { readonly expires_in?: number }
>;

const statusOf = async (token: string | undefined, server = 'files') =>
  (await post(at(server), token, modernCall('pay'))).status;

const grantNamed = async (name: string) => {
  const found = (await office.gateway.store.grants.list()).find((grant) => grant.name === name);
  if (found === undefined) throw new Error(`expected a grant named ${name}`);
  return found;
};

describe('a workload that shows a token of where it runs', () => {
  it('works with the grant of the file that is for it, by an official client', async () => {
    const { body, headers, status } = await exchanged(await ciToken());
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^bgw_[0-9A-Za-z]{49}$/),
        issued_token_type: `${TYPE}access_token`,
        token_type: 'Bearer',
        expires_in: 3_600,
        scope: 'mcp',
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const client = new Client({ name: 'agent', version: '1' });
    const authorization = `Bearer ${body.access_token}`;
    await client.connect(
      new StreamableHTTPClientTransport(new URL(at('files')), {
        requestInit: { headers: { authorization } },
      }),
    );
    expect((await client.callTool({ name: 'pay', arguments: {} })).isError).not.toBe(true);
    await client.close();
    const [row] = await office.gateway.store.decisions.query({ limit: 1 });
    expect(row?.row).toMatchObject({ grantName: 'deploys', target: 'pay', outcome: 'allow' });
    // Neither token opens what the other does.
    expect(await statusOf(await ciToken())).toBe(401);
    expect((await post(office.test.endpoint('files'), body.access_token, modernCall('pay'))).status).toBe(
      401,
    );
    expect(await statusOf(body.access_token, 'other')).toBe(401);
  });

  it('gets a token for its own key alone, if it proves one', async () => {
    const key = await proofKey();
    const iat = Math.floor(clock.wallMs() / 1_000);
    const address = `${office.gateway.url}/oauth/exchange`;
    const token = await ciToken();
    for (const wrong of [{ htu: at('files') }, { htm: 'GET' }]) {
      const { body, status } = await exchanged(
        token,
        {},
        { dpop: await key.sign({ address }, { iat, ...wrong }) },
      );
      expect([status, body.error]).toEqual([400, 'invalid_dpop_proof']);
    }
    const late = await exchanged(token, {}, { dpop: await key.sign({ address }, { iat: 1 }) });
    expect([late.status, late.body.error]).toEqual([400, 'use_dpop_nonce']);
    const nonce = late.headers.get('dpop-nonce') ?? '';
    const proof = await key.sign({ address }, { iat: 1, nonce });
    const { body } = await exchanged(token, {}, { dpop: proof });
    expect(body).toMatchObject({ token_type: 'DPoP' });
    expect((await exchanged(token, {}, { dpop: proof })).body.error).toBe('invalid_dpop_proof');
    const access = body.access_token ?? '';
    expect(await statusOf(access)).toBe(401);
    const call = modernCall('pay');
    const dpop = await key.sign({ address: at('files'), token: access }, { iat });
    const headers = { ...call.headers, authorization: `DPoP ${access}`, dpop };
    expect((await post(at('files'), undefined, { ...call, headers })).status).toBe(200);
  });

  it('may be of another issuer, for the address of the gateway, and for several servers', async () => {
    const sub = 'system:serviceaccount:agents:painter';
    const token = await cluster.sign({
      ...{ iss: cluster.issuer, aud: [office.gateway.url], sub, exp: LATE },
    });
    expect(await statusOf((await exchanged(token)).body.access_token)).toBe(200);
    const whole = await exchanged(await ciToken(), { resource: at('') });
    expect(await statusOf(whole.body.access_token, '')).not.toBe(401);
    const begins = await ciToken({ sub: 'repo:acme/tools:environment:production' });
    expect((await exchanged(begins, { subject_token_type: `${TYPE}id_token` })).status).toBe(200);
  });

  it('says which grant is meant where several are for it', async () => {
    const both = await exchanged(await ciToken(), { resource: at('other') });
    expect(both).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_target',
        error_description: 'expected "grant" to say which of these is meant: one, two',
      },
    });
    const said = await exchanged(await ciToken(), { resource: at('other'), grant: 'two' });
    expect(await statusOf(said.body.access_token, 'other')).toBe(200);
    const wrong = await exchanged(await ciToken(), { resource: at('other'), grant: 'deploys' });
    expect(wrong.body.error).toBe('invalid_target');
  });

  it('is shown with its subject, leaves one row, and is let out at once', async () => {
    const token = await ciToken({ sub: 'repo:acme/tools:ref:refs/heads/shown' });
    const [first, second] = [await exchanged(token), await exchanged(token)];
    const grant = await grantNamed('deploys');
    const seen = expectOk(await office.admin.client.grants.show({ params: { grant: grant.id } }));
    expect(seen.workloads?.[0]).toEqual({ issuer: 'ci', subject: MAIN, claims: { event: 'push' } });
    const listed = expectOk(await office.admin.client.grants.signIns({ params: { grant: grant.id } }));
    const shown = listed.signIns.filter(({ client }) => client.name?.endsWith('shown') === true);
    expect(shown).toMatchObject([
      { client: { name: 'repo:acme/tools:ref:refs/heads/shown' }, workload: 'ci' },
    ]);
    const rows = await office.gateway.store.audit.query({ action: 'grant.signed_in', limit: 9 });
    expect(rows.filter(({ after }) => JSON.stringify(after).includes('shown'))).toMatchObject([
      { actor: { kind: 'system', id: 'ci' }, target: { id: grant.id }, after: { workload: 'ci' } },
    ]);
    const signIn = shown[0]?.id ?? '';
    expectOk(await office.admin.client.grants.endSignIn({ params: { grant: grant.id, signIn } }));
    for (const { body } of [first, second]) expect(await statusOf(body.access_token)).toBe(401);
    expect(JSON.stringify(office.test.lines)).not.toContain(token.split('.')[1]);
  });

  it('is told how long its access holds, which ends with the grant', async () => {
    const { body } = await exchanged(await ciToken(), { resource: at('short') });
    expect(await statusOf(body.access_token, 'short')).toBe(200);
    expect(body.expires_in).toBeGreaterThan(500);
    expect(body.expires_in).toBeLessThanOrEqual(600);
  });

  it('has its access for an hour, and as many at once as any grant', async () => {
    const token = await ciToken();
    const first = (await exchanged(token)).body.access_token;
    for (let count = 0; count < ACCESS_TOKENS_OF_GRANT; count += 1) await exchanged(token);
    const last = (await exchanged(token)).body.access_token;
    expect([await statusOf(first), await statusOf(last)]).toEqual([401, 200]);
    clock.pass(ACCESS_TOKEN_MS);
    expect(await statusOf(last)).toBe(401);
  });
});

const UNSIGNED = (claims: object, alg: string) => {
  const parts = [{ alg, kid: 'k' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const mac = alg === 'none' ? '' : createHmac('sha256', '').update(parts.join('.')).digest('base64url');
  return `${parts.join('.')}.${mac}`;
};
const right = () => ({ iss: ci.issuer, aud: AUDIENCE, sub: MAIN, event: 'push', exp: LATE });

/** Case E-27, and what else a token can be wrong in. */
const REFUSED: Readonly<Record<string, () => string | Promise<string>>> = {
  'is no token': () => 'nothing of the kind',
  'is for nobody': () => ciToken({ aud: undefined }),
  'is for somebody else': () => ciToken({ aud: 'https://other.example' }),
  'is for somebody else, too': () => ciToken({ aud: [AUDIENCE, 'https://other.example'] }),
  'has a signature in another alphabet': async () => `${await ciToken()}=`,
  'has two parts more': async () => `${await ciToken()}.x.y`,
  'is signed by nobody': () => UNSIGNED(right(), 'none'),
  'is signed with a secret': () => UNSIGNED(right(), 'HS256'),
  'is signed by the key of another issuer': () => cluster.sign(right()),
  'names a key that is a file': () => ciToken({}, { kid: '../../../../dev/null' }),
  'is over': async () => ciToken({ exp: Math.floor(clock.wallMs() / 1_000) - 60 }),
  'has no end': () => ciToken({ exp: undefined }),
  'is not good yet': () => ciToken({ nbf: LATE - 1 }),
  'is of an issuer that no grant names': () => ciToken({ iss: 'https://evil.example' }),
  'has no subject': () => ciToken({ sub: undefined }),
  'has a subject that is no text': () => ciToken({ sub: 7 }),
  'is bound to a key': () => ciToken({ cnf: { jkt: 'x' } }),
  'is of another kind': () => ciToken({}, { typ: 'logout+jwt' }),
};

/** Right in itself, and of no program that a grant for this server is for. */
const UNMEANT: Readonly<Record<string, () => Promise<string>>> = {
  'is of another branch': () => ciToken({ sub: `${MAIN}-of-mine` }),
  'lacks a claim': () => ciToken({ event: undefined }),
  'has another text in a claim': () => ciToken({ event: 'pull_request' }),
  'has the claim of what objects inherit': () => ciToken({ event: undefined, __proto__: { event: 'push' } }),
  'begins like a name, and goes on otherwise': () => ciToken({ sub: 'repo:acme/tools-of-mine:x' }),
  'is a beginning with nothing behind it': () => ciToken({ sub: 'repo:acme/tools:' }),
  'has the subject of another issuer': () => ciToken({ sub: 'system:serviceaccount:agents:painter' }),
};

describe('a workload gets nothing', () => {
  it.each(Object.entries(REFUSED))('whose token %s', async (_what, token) => {
    const { body, status } = await exchanged(await token());
    expect([status, body.error]).toEqual([400, 'invalid_request']);
    expect(body.error_description).toMatch(/^the token is not taken: /);
  });

  it.each(Object.entries(UNMEANT))('whose token %s', async (_what, token) => {
    const { body, status } = await exchanged(await token());
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        error: 'invalid_target',
        error_description: 'no grant for this address is for the subject and claims of the token',
      },
    });
  });

  it('of a server that is not there, or of a grant that is over: both are the same', async () => {
    const answers = await Promise.all(
      ['over', 'nowhere'].map(async (server) => exchanged(await ciToken(), { resource: at(server) })),
    );
    expect(answers.map(({ body }) => body.error)).toEqual(['invalid_target', 'invalid_target']);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  it.each<[string, Fields, string]>([
    ['another grant type', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no type of the token', { subject_token_type: undefined }, 'invalid_request'],
    ['an actor', { actor_token: 'x' }, 'invalid_request'],
    ['another kind of token in return', { requested_token_type: `${TYPE}refresh_token` }, 'invalid_request'],
    ['no address', { resource: undefined }, 'invalid_target'],
    ['an address elsewhere', { resource: 'https://evil.example/mcp-oauth/files/' }, 'invalid_target'],
  ])('for a form with %s', async (_what, fields, error) => {
    const { body, status } = await exchanged(await ciToken(), fields);
    expect([status, body.error]).toEqual([400, error]);
  });

  it('for what is no form, too long, or said twice', async () => {
    const address = `${office.gateway.url}/oauth/exchange`;
    const send = async (init: RequestInit) => (await fetch(address, { method: 'POST', ...init })).status;
    const json = { 'content-type': 'application/json' };
    expect(await send({ body: '{}', headers: json })).toBe(400);
    expect(await send({ body: new URLSearchParams({ subject_token: 'x'.repeat(40_000) }) })).toBe(413);
    const twice = new URLSearchParams({ resource: at('files') });
    twice.append('resource', at('other'));
    expect(await send({ body: twice })).toBe(400);
    expect((await fetch(address)).status).toBe(405);
  });

  it('while its issuer does not answer, or has no keys there, and is told to come again', async () => {
    const broken = await openedAsCi();
    const discovery = '/.well-known/openid-configuration';
    broken.instead.set(discovery, (_request, response) => response.writeHead(500).end());
    const token = await broken.sign({ ...right(), iss: broken.issuer });
    const comesAgain = async () => {
      const { body, headers, status } = await exchanged(token);
      expect([status, body.error, headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '2']);
    };
    await comesAgain();
    broken.instead.delete(discovery);
    clock.pass(DISCOVERY_FAILED_MS);
    for (const [status, text] of [
      [404, ''],
      [429, ''],
      [200, '<p>one moment</p>'],
    ] as const) {
      broken.instead.set('/jwks', (_request, response) => response.writeHead(status).end(text));
      await comesAgain();
    }
    broken.instead.delete('/jwks');
    expect((await exchanged(token)).status).toBe(200);
  });
});

it('lets many in that come at once, and asks their issuer for its keys once', async () => {
  const slow = await openedAsCi();
  const token = await slow.sign({ ...right(), iss: slow.issuer });
  const many = await Promise.all(Array.from({ length: 40 }, () => exchanged(token)));
  expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
  expect(slow.asked.get('/jwks')).toBe(1);
});

it('takes further claims for what they are, whatever a library calls so, and what fits the key of an issuer that names no algorithm', async () => {
  const terse = await openedAsCi();
  const curve = await generateKeyPair('ES256', { extractable: true });
  const keys = [{ ...(await exportJWK(curve.publicKey)), kid: 'e' }];
  const answers = {
    '/.well-known/openid-configuration': { issuer: terse.issuer, jwks_uri: `${terse.issuer}/jwks` },
    '/jwks': { keys },
  };
  for (const [path, said] of Object.entries(answers))
    terse.instead.set(path, (_request, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(said)),
    );
  const words = { error: 'none', id_token: 'x', response: 'x', state: 'x', token: 'x' };
  const claims = { ...right(), iss: terse.issuer, ...words };
  const signed = (header: { readonly alg: string; readonly kid?: string }, key = curve.privateKey) =>
    new SignJWT(claims).setProtectedHeader(header).sign(key);
  expect((await exchanged(await signed({ alg: 'ES256', kid: 'e' }))).status).toBe(200);
  const other = await generateKeyPair('PS256');
  for (const token of [
    await signed({ alg: 'PS256', kid: 'e' }, other.privateKey),
    await terse.sign(claims),
    UNSIGNED(claims, 'HS256'),
  ])
    expect((await exchanged(token)).body.error).toBe('invalid_request');
});

describe('what the file says of workloads', () => {
  it('may be that tokens are bound to keys: who comes without one is told so', async () => {
    const token = await ciToken();
    await edited((file) => {
      file.agents = { access_tokens: 'bound' };
    });
    onTestFinished(() => edited((file) => delete file.agents));
    const { body, status } = await exchanged(token);
    expect([status, body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect(body.error_description).toContain('header DPoP');
    const key = await proofKey();
    const iat = Math.floor(clock.wallMs() / 1_000);
    const dpop = await key.sign({ address: `${office.gateway.url}/oauth/exchange` }, { iat });
    expect((await exchanged(token, {}, { dpop })).status).toBe(200);
  });

  it('counts from the moment on in which it is edited, for those inside too', async () => {
    const main = await ciToken();
    const tools = await ciToken({ sub: 'repo:acme/tools:x' });
    const [one, other] = [await exchanged(main), await exchanged(tools)];
    const stays = await exchanged(main, { resource: at('') });
    const { id } = await grantNamed('deploys');
    const listed = async () => {
      const { signIns } = expectOk(await office.admin.client.grants.signIns({ params: { grant: id } }));
      return signIns.map(({ client, workload }) => `${client.name} by ${workload}`);
    };
    await edited(({ grants }) => grants['deploys']?.workloads?.pop());
    expect(await listed()).toContain(`${MAIN} by ci`);
    expect((await listed()).join()).not.toContain('repo:acme/tools');
    expect(await statusOf(one.body.access_token)).toBe(200);
    expect(await statusOf(other.body.access_token)).toBe(401);
    expect((await exchanged(tools)).body.error).toBe('invalid_target');
    await edited(({ grants }) => {
      for (const rule of grants['deploys']?.workloads ?? []) rule.subject = 'repo:acme/web:*';
    });
    expect(await statusOf(one.body.access_token)).toBe(401);
    expect(await statusOf(stays.body.access_token, '')).not.toBe(401);
    const [row] = await office.gateway.store.audit.query({ action: 'settings.applied', limit: 1 });
    expect(row).toMatchObject({ after: { workloads: { deploys: [{ subject: 'repo:acme/web:*' }] } } });
    await edited(({ grants, workloads }) => {
      workloads['build'] = { issuer: ci.issuer, audience: AUDIENCE };
      delete workloads['ci'];
      for (const { workloads: rules = [] } of Object.values(grants))
        for (const rule of rules) if (rule.issuer === 'ci') rule.issuer = 'build';
    });
    expect((await exchanged(main)).status).toBe(200);
    expect(await listed()).toEqual([`${MAIN} by build`]);
  });
});

type File = {
  agents?: object;
  readonly workloads: Record<string, object>;
  readonly grants: Record<string, { workloads?: { issuer: string; subject: string }[] }>;
};

/** Another issuer in the place of that of the CI service, until the test is over. */
async function openedAsCi(): Promise<OidcProvider> {
  const other = kept(await openOidcProvider(() => []));
  const put = (issuer: string) =>
    edited((file) => {
      file.workloads['ci'] = { issuer, audience: AUDIENCE };
    });
  await put(other.issuer);
  onTestFinished(() => put(ci.issuer));
  return other;
}

/** Edits the configuration file, and waits until it is in force. */
async function edited(edit: (file: File) => unknown): Promise<void> {
  const { configFile, lines } = office.test;
  const file = JSON.parse(await readFile(configFile, 'utf8')) as File; // a cast: the test wrote it
  edit(file);
  const before = lines.length;
  await writeFile(configFile, JSON.stringify(file));
  await until(() => lines.slice(before).some(({ message }) => message === 'configuration reloaded'));
}
