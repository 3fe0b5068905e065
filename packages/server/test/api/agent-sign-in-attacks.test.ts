import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_MS, CLIENT_NAME_LENGTH_MAX } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { expectOk, type Office, problemOf } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { CALLBACK, consented, openInBrowser } from '../support/signing-agent.ts';
import { bootSigningOffice, type Sent, type SigningOffice, sendRaw } from '../support/signing-office.ts';

const clock = movedClock(Date.now());
let signing: SigningOffice;
let office: Office;

beforeAll(async () => {
  signing = await bootSigningOffice(clock);
  office = signing.office;
});
afterAll(() => signing[Symbol.asyncDispose]());
/** Strangers of this machine are slowed otherwise. */
beforeEach(() => clock.pass(10_000));

const url = () => office.gateway.url;
const endpoint = (server = 'files') => `${url()}/mcp-oauth/${server}/`;

const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

const raw = (path: string, sent?: Sent) => sendRaw(url(), path, sent);

const form = (path: string, fields: Readonly<Record<string, string>>) =>
  raw(`/oauth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

const described = (metadata: object = {}) =>
  JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...metadata });
const register = (body: string | Buffer, type = 'application/json') =>
  raw('/oauth/register', { method: 'POST', headers: { 'content-type': type }, body });

type Answered = Readonly<Record<string, string | undefined>>;
// What the endpoints are specified to answer.
const read = (text: string) => (text === '' ? {} : JSON.parse(text)) as Answered;

async function registered(metadata: object = {}) {
  const { status, text } = await register(described(metadata));
  return { ...read(text), status, id: read(text)['client_id'] ?? '' };
}

type Pairs = readonly (readonly [string, string])[];

/** What a client asks a browser to open; names that are given again stand in place of its own. */
function asking(client: string, more: Pairs = []): string {
  const own: Pairs = [
    ['client_id', client],
    ['redirect_uri', CALLBACK],
    ['response_type', 'code'],
    ['code_challenge', CHALLENGE],
    ['code_challenge_method', 'S256'],
    ['resource', endpoint()],
    ['state', 'its own'],
  ];
  const pairs = [...own.filter(([name]) => more.every(([other]) => other !== name)), ...more];
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
}

const sent = (query: string) => raw(`/oauth/authorize?${query}`, { headers: { accept: 'text/html' } });
const begun = async (client: string, more: Pairs = []) =>
  openInBrowser(office, new URL(`${url()}/oauth/authorize?${asking(client, more)}`));

async function minted(more: object = {}) {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false, ...more };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

const exchanged = (client: string, back: URL) =>
  form('/token', {
    ...{ grant_type: 'authorization_code', client_id: client, redirect_uri: CALLBACK },
    ...{ code: back.searchParams.get('code') ?? '', code_verifier: VERIFIER },
  });

/** A client that a person let in, and what it got. */
async function signedIn(more: Pairs = []) {
  const [{ id }, grant] = [await registered(), await minted()];
  const back = await consented(await begun(id, more), office.admin, { grant: grant.id });
  const tokens = read((await exchanged(id, back)).text);
  return { id, grant, tokens, token: tokens['access_token'] ?? '' };
}

const statusOf = async (token: string) => (await post(endpoint(), token, modernCall('pay'))).status;

describe('the addresses of the authorization server', () => {
  it('are there as they are written and in no other way, which would go past what is asked of them', async () => {
    const { id } = await registered();
    const body = described({ client_name: 'x'.repeat(20_000) });
    const sentTo = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const ways = [
      'register/',
      'Register',
      'REGISTER/',
      '/register',
      'x/../register',
      '%72egister',
      'register;x',
    ];
    for (const way of ways) expect([way, (await raw(`/oauth/${way}`, sentTo)).status]).toEqual([way, 404]);
    const both: Pairs = [
      ['scope', 'openid mcp'],
      ['resource', endpoint()],
      ['resource', endpoint('other')],
    ];
    for (const way of ['authorize/', 'AUTHORIZE', 'Authorize/', 'authorize//', '/authorize'])
      expect([way, (await raw(`/oauth/${way}?${asking(id, both)}`)).status]).toEqual([way, 404]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'])(
    'answer nothing that begins a sign-in to %s',
    async (method) => {
      const { id } = await registered();
      const answer = await raw(`/oauth/authorize?${asking(id)}`, { method });
      expect([answer.status, answer.headers.location]).toEqual([404, undefined]);
    },
  );

  it('have none of the library’s that nobody needs', async () => {
    const paths = [
      'me',
      'session/end/confirm',
      'register/x',
      'token/introspection',
      'request',
      'device/auth',
    ];
    for (const path of [...paths, 'interaction/x', 'backchannel', 'challenge', 'credential', ''])
      for (const method of ['GET', 'POST'])
        expect([path, (await raw(`/oauth/${path}`, { method })).status]).toEqual([path, 404]);
  });
});

describe('what a client says of itself', () => {
  it('is read once: no other text of the same bytes is taken for a description', async () => {
    const more = { logo_uri: 'https://a.example/', sector_identifier_uri: 'https://127.0.0.1/' };
    const texts = [
      [`\uFEFF${described(more)}`, 'application/json; charset=utf-8'],
      [Buffer.from(described(more), 'utf16le'), 'application/json; charset=utf-16le'],
      [`[${described(more)}]`, 'application/json'],
      [described(more), 'text/plain'],
    ] as const;
    for (const [text, type] of texts) expect((await register(text, type)).status).toBe(400);
    const twice = `{"redirect_uris":["javascript:alert(1)"],"__proto__":{"logo_uri":"https://a.example/"},${described(more).slice(1)}`;
    const { status, text } = await register(twice);
    expect([status, read(text)['redirect_uris'], text.includes('a.example')]).toEqual([
      201,
      [CALLBACK],
      false,
    ]);
  });

  it('is not waited for, once it is larger than any', async () => {
    const { hostname, port } = new URL(url());
    const socket = connect(Number(port), hostname);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    const chunks: string[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(String(chunk)));
    const lines = [
      'POST /oauth/register HTTP/1.1',
      `host: ${hostname}:${port}`,
      'content-type: application/json',
    ];
    socket.write(`${lines.join('\r\n')}\r\ncontent-length: 100000000\r\n\r\n${'x'.repeat(20_000)}`);
    await closed;
    expect(chunks.join('')).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('turns nothing of the library on', async () => {
    for (const method of [
      'private_key_jwt',
      'client_secret_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
      expect(await registered({ token_endpoint_auth_method: method })).toMatchObject({ status: 400 });
    expect(await registered({ grant_types: ['client_credentials'] })).toMatchObject({ status: 400 });
    const more = { request_uris: ['https://a.example/'], backchannel_logout_uri: 'https://a.example/' };
    const kept = await registered({ ...more, require_signed_request_object: true });
    expect(kept).toMatchObject({ status: 201, application_type: 'native' });
    expect(JSON.stringify(kept)).not.toMatch(/a\.example|signed_request/);
  });

  it('leads over http to this machine alone, whatever kind of application it says it is', async () => {
    const bad = ['http://evil.example/', 'http://localhost.evil.example/', 'http://127.0.0.1@evil.example/'];
    const scripts = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\nscript:x',
      'vbscript:x',
      'file:///etc/passwd',
    ];
    for (const uri of [...bad, ...scripts, 'about:blank', 'blob:x', 'data:text/html,x'])
      for (const type of ['web', 'native'])
        expect(await registered({ application_type: type, redirect_uris: [uri] })).toMatchObject({
          error: 'invalid_redirect_uri',
        });
  });

  it('is shown as a text that it may be: no longer than is shown, and of this machine where it is', async () => {
    const name = `a\u0000\u001b[31m\u202E<b>\n\uD800${'x'.repeat(200)}`;
    const { id } = await registered({ client_name: name });
    const asked = await begun(id);
    const params = { signIn: asked.signIn };
    const { client } = expectOk(await asked.as(office.admin).client.agentSignIns.show({ params }));
    expect(client.name?.length).toBeLessThanOrEqual(CLIENT_NAME_LENGTH_MAX);
    const grant = await minted();
    await consented(asked, office.admin, { grant: grant.id });
    const { items } = expectOk(await office.admin.client.audit.list({ query: { limit: 1 } }));
    expect(items[0]).toMatchObject({ action: 'grant.signed_in', target: { id: grant.id } });
  });
});

describe('a link to the gateway', () => {
  it('leads to nobody’s page that no person agreed to, and to one whose person has answered', async () => {
    const there = 'https://evil.example/callback';
    const { id } = await registered({ redirect_uris: [there] });
    const wrongs: readonly Pairs[] = [
      [['prompt', 'none']],
      [['response_type', 'token']],
      [['code_challenge', 'x']],
    ];
    for (const wrong of [...wrongs, [['resource', 'https://evil.example/']] as const]) {
      const { headers, status, text } = await sent(asking(id, [['redirect_uri', there], ...wrong]));
      expect([status, headers.location, text.slice(0, 9)]).toEqual([400, undefined, 'The agent']);
    }
    const asked = await begun(id, [['redirect_uri', there]]);
    const params = { signIn: asked.signIn };
    const { returnTo } = expectOk(await asked.as(office.admin).client.agentSignIns.refuse({ params }));
    const back = new URL(await asked.browser.follow(returnTo, (at) => at.startsWith(there)));
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  it('keeps all of what the client wrote into it, and of its addresses', async () => {
    const there = 'http://127.0.0.1/back?from=a?b';
    const { id } = await registered({ redirect_uris: [there] });
    // As a query may be written as well.
    const query = asking(id, [
      ['redirect_uri', there],
      ['state', 'c?d'],
    ]).replaceAll('%3F', '?');
    const { location = '' } = (await sent(`${query}&prompt=none`)).headers;
    expect(Object.fromEntries(new URL(location).searchParams)).toMatchObject({ from: 'a?b', state: 'c?d' });
  });

  it('is refused with what would have the library do more, and with anything twice', async () => {
    const { id } = await registered();
    const errorIn = async (more: Pairs) => {
      const { headers, text } = await sent(asking(id, more));
      const { location = '' } = headers;
      return new URLSearchParams(location.split('?')[1]).get('error') ?? text.split('\n')[2]?.split(':')[0];
    };
    expect(await errorIn([['request', 'a.b.c']])).toBe('request_not_supported');
    expect(await errorIn([['request_uri', 'https://a.example/']])).toBe('request_uri_not_supported');
    expect(await errorIn([['registration', '{}']])).toBe('registration_not_supported');
    expect(await errorIn([['response_mode', 'web_message']])).toBe('unsupported_response_mode');
    expect(await errorIn([['response_mode', 'query.jwt']])).toBe('unsupported_response_mode');
    for (const name of ['client_id', 'redirect_uri', 'state', 'code_challenge'])
      expect(
        await errorIn([
          [name, 'x'],
          [name, 'y'],
        ]),
      ).toMatch(/^invalid_(?:request|client)$/);
  });

  it('gives no more than access to the one server, whatever scopes and claims are wished for', async () => {
    const { grant, token, tokens } = await signedIn([
      ['scope', 'openid profile offline_access admin'],
      ['claims', '{"id_token":{"sub":null}}'],
      ['__proto__', 'x'],
      ['nonce', 'n'],
      ['max_age', '0'],
      ['id_token_hint', 'a.b.c'],
    ]);
    expect(Object.keys(tokens).sort()).toEqual([
      ...['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'],
    ]);
    expect(tokens['scope']).toBe('mcp');
    expect(await statusOf(token)).toBe(200);
    expect(await office.gateway.store.grants.get('default', grant.id)).toMatchObject({ server: 'files' });
  });
});

describe('the browser in which it began', () => {
  it('is known by a cookie that nobody makes, and goes on once', async () => {
    const [{ id }, grant] = [await registered(), await minted()];
    const asked = await begun(id);
    const { client } = asked.as(office.admin);
    const params = { signIn: asked.signIn };
    const { returnTo } = expectOk(await client.agentSignIns.consent({ params, body: { grant: grant.id } }));
    const path = returnTo.slice(url().length);
    const made = `boomgate_agent_resume=${asked.signIn}; boomgate_agent_resume.sig=${'A'.repeat(27)}`;
    for (const cookie of ['', `boomgate_agent_resume=${asked.signIn}`, made])
      expect((await raw(path, { headers: { cookie } })).status).toBe(400);
    const back = new URL(await asked.browser.follow(returnTo, (at) => at.startsWith(CALLBACK)));
    expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    const cookie = asked.browser.cookiesFor(returnTo);
    expect((await raw(path, { headers: { cookie } })).status).toBe(400);
  });

  it('consents by a page of the gateway alone, as somebody who is signed in', async () => {
    const [{ id }, grant] = [await registered(), await minted()];
    const asked = await begun(id);
    const path = `/api/v1/agent-sign-ins/${asked.signIn}/consent`;
    const here = asked.as(office.admin);
    const body = JSON.stringify({ grant: grant.id });
    const json = { 'content-type': 'application/json' };
    const csrf = { 'x-boomgate-csrf': here.csrf };
    const statuses = [];
    for (const headers of [
      json,
      { ...json, ...csrf, origin: 'https://evil.example' },
      { ...json, 'x-boomgate-csrf': 'x' },
    ])
      statuses.push((await here.send(path, { method: 'POST', body, sent: headers })).status);
    const anybody = { cookie: asked.browser.cookiesFor(url()) };
    statuses.push(
      (await here.send(path, { method: 'POST', body, sent: { ...json, ...csrf, ...anybody } })).status,
    );
    expect(statuses).toEqual([403, 403, 403, 401]);
    expect((await here.send(path)).status).toBeGreaterThanOrEqual(404);
    const { key } = expectOk(
      await office.admin.client.apiKeys.create({ body: { name: 'script', role: 'admin', expiresInDays: 1 } }),
    );
    const headers = { ...json, ...anybody, authorization: `Bearer ${key}` };
    expect((await raw(path, { method: 'POST', body, headers })).status).toBe(403);
  });
});

/** Work during which a part of the store cannot do one thing. */
const failing = async <Result>(room: object, method: string, work: () => Promise<Result>) => {
  Object.assign(room, { [method]: () => Promise.reject(new Error('the disk is gone')) });
  try {
    return await work();
  } finally {
    // What the class has is there again.
    delete (room as Record<string, unknown>)[method];
  }
};

describe('what is given', () => {
  it('is nothing, where the grant ends between the consent and the code', async () => {
    const ends = [
      async (grant: string) => office.admin.client.grants.revoke({ params: { grant } }),
      async (grant: string) => office.admin.client.grants.pause({ params: { grant } }),
      async (grant: string) => {
        const expiresAt = new Date(clock.wallMs() + 1).toISOString();
        await office.admin.client.grants.update({ params: { grant }, body: { expiresAt } });
        clock.pass(1);
      },
    ];
    for (const end of ends) {
      const [{ id }, grant] = [await registered(), await minted()];
      const asked = await begun(id);
      const back = await consented(asked, office.admin, { grant: grant.id });
      await end(grant.id);
      const { status, text } = await exchanged(id, back);
      expect([status, read(text)['error']]).toEqual([400, 'invalid_grant']);
    }
  });

  it('is nothing, where the database fails in the middle', async () => {
    const { agentSignIns, grants } = office.gateway.store;
    const [{ id }, grant] = [await registered(), await minted()];
    const asked = await begun(id);
    const sent = { params: { signIn: asked.signIn }, body: { grant: grant.id } };
    const consent = () => asked.as(office.admin).client.agentSignIns.consent(sent);
    expect(problemOf(await failing(agentSignIns, 'put', consent))).toBe('internal');
    expect(problemOf(await consent())).toBe('sign_on_stale');
    const returnTo = `${url()}/oauth/authorize/${asked.signIn}`;
    const cookie = asked.browser.cookiesFor(returnTo);
    const { headers } = await raw(`/oauth/authorize/${asked.signIn}`, { headers: { cookie } });
    const { location = '' } = headers;
    expect(location).not.toContain('code=');

    const other = await begun(id);
    const back = await consented(other, office.admin, { grant: grant.id });
    const failed = await failing(grants, 'putAccess', () => exchanged(id, back));
    expect([failed.status, failed.text.includes('access_token')]).toEqual([500, false]);
    expect(failed.text).not.toContain('disk');
    expect(read((await exchanged(id, back)).text)['error']).toBe('invalid_grant');
  });

  it('is one chain of refresh tokens, which many who come at once do not fork', async () => {
    const { id, tokens, token } = await signedIn();
    const refresh = (given = tokens['refresh_token'] ?? '') =>
      form('/token', { grant_type: 'refresh_token', refresh_token: given, client_id: id });
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh()));
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    await refresh();
    for (const one of [token, ...given.map(({ text }) => read(text)['access_token'] ?? '')])
      expect(await statusOf(one)).toBe(401);
    for (const { text } of given)
      expect(read((await refresh(read(text)['refresh_token'])).text)['error']).toBe('invalid_grant');
  });

  it('is not the price of a store that goes away meanwhile: the refresh token that came with the request stays', async () => {
    const { id, tokens, token } = await signedIn();
    const { agentSignIns, grants } = office.gateway.store;
    const refresh = () =>
      form('/token', {
        ...{ grant_type: 'refresh_token', client_id: id, refresh_token: tokens['refresh_token'] ?? '' },
      });
    for (const failed of [
      await failing(agentSignIns, 'put', refresh),
      await failing(grants, 'putAccess', refresh),
      await failing(agentSignIns, 'useUp', refresh),
    ])
      expect([failed.status >= 500, failed.text.includes('access_token')]).toEqual([true, false]);
    expect(await statusOf(token)).toBe(200);
    const { status, text } = await refresh();
    expect([status, await statusOf(read(text)['access_token'] ?? '')]).toEqual([200, 200]);
    expect(read((await refresh()).text)['error']).toBe('invalid_grant');
    expect(await statusOf(read(text)['access_token'] ?? '')).toBe(401);
  });

  it('is not the price of a wish: a refresh token is good for its own server after one for another', async () => {
    const { id, tokens } = await signedIn();
    const refresh = (more: Readonly<Record<string, string>>) =>
      form('/token', {
        ...{ grant_type: 'refresh_token', client_id: id, refresh_token: tokens['refresh_token'] ?? '' },
        ...more,
      });
    for (const resource of [endpoint('other'), 'https://a.example/', `${endpoint()}#x`])
      expect([resource, read((await refresh({ resource })).text)['error']]).toEqual([
        resource,
        'invalid_target',
      ]);
    const { status, text } = await refresh({ resource: endpoint().replace(/\/$/, '') });
    expect([status, await statusOf(read(text)['access_token'] ?? '')]).toEqual([200, 200]);
  });

  it('is taken in the one header alone, and not again once it is over, however clocks are set', async () => {
    const { token } = await signedIn();
    const { body, headers } = modernCall('pay');
    const twice = {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const two = await raw('/mcp-oauth/files/', {
      ...{ method: 'POST', body },
      headers: { ...twice, authorization: [`Bearer ${token}`, `Bearer ${token}`] as never },
    });
    expect(two.status).toBe(400);
    const inQuery = await raw(`/mcp-oauth/files/?access_token=${token}`, {
      method: 'POST',
      body,
      headers: twice,
    });
    expect(inQuery.status).toBe(401);
    expect(await statusOf(token)).toBe(200);
    clock.pass(ACCESS_TOKEN_MS);
    expect(await statusOf(token)).toBe(401);
    clock.step(-ACCESS_TOKEN_MS);
    expect(await statusOf(token)).toBe(401);
    clock.step(ACCESS_TOKEN_MS);
  });
});
