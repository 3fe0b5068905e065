import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movedClock } from '../cases/support/time.ts';
import { expectOk, type Office } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { CALLBACK, consented, openInBrowser } from '../support/signing-agent.ts';
import {
  bootSigningOffice,
  type Got,
  type Sent,
  type SigningOffice,
  sendRaw,
} from '../support/signing-office.ts';

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
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

const raw = (path: string, sent?: Sent) => sendRaw(url(), path, sent);

type Pairs = readonly (readonly [string, string])[];
type Fields = Readonly<Record<string, string>>;
const encoded = (pairs: Pairs) => new URLSearchParams(pairs.map((pair): [string, string] => [...pair]));

/** The same with other values; those of an empty text are sent empty, as many as there are of a name. */
const but = (pairs: Pairs, more: Pairs = []): Pairs => [
  ...pairs.filter(([name]) => more.every(([other]) => other !== name)),
  ...more,
];

const form = (path: string, fields: Fields | Pairs, headers: OutgoingHttpHeaders = {}) =>
  raw(`/oauth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: encoded(Array.isArray(fields) ? fields : Object.entries(fields)).toString(),
  });

type Answered = Readonly<Record<string, string | undefined>>;
// What the endpoints are specified to answer.
const read = ({ text }: Got) => JSON.parse(text) as Answered;

const register = (metadata: object, headers: OutgoingHttpHeaders = {}) =>
  raw('/oauth/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...metadata }),
  });

async function registered(metadata: object = {}) {
  const { client_id: id = '', client_secret: secret = '' } = read(await register(metadata));
  return { id, secret };
}

const wished = (client: string): Pairs => [
  ['client_id', client],
  ['redirect_uri', CALLBACK],
  ['response_type', 'code'],
  ['code_challenge', challengeOf(VERIFIER)],
  ['code_challenge_method', 'S256'],
  ['resource', endpoint()],
  ['state', 'its own'],
];
const sent = (pairs: Pairs) =>
  raw(`/oauth/authorize?${encoded(pairs)}`, { headers: { accept: 'text/html' } });

/** The error with which a browser is led on, or the one of the page on which it stays. */
async function errorOf(pairs: Pairs): Promise<string> {
  const { headers, text } = await sent(pairs);
  if (headers.location === undefined) return `page: ${text.split('\n')[2]?.split(':')[0]}`;
  return new URL(headers.location, url()).searchParams.get('error') ?? 'none';
}

/** A client with a code, and what it presents for tokens. */
async function withCode(metadata: object = {}, more: Pairs = []) {
  const client = await registered(metadata);
  const asked = await openInBrowser(
    office,
    new URL(`${url()}/oauth/authorize?${encoded(but(wished(client.id), more))}`),
  );
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  const grant = expectOk(await office.admin.client.grants.mint({ body }));
  const back = await consented(asked, office.admin, { grant: grant.id });
  const fields: Pairs = [
    ['grant_type', 'authorization_code'],
    ['client_id', client.id],
    ['redirect_uri', CALLBACK],
    ['code', back.searchParams.get('code') ?? ''],
    ['code_verifier', VERIFIER],
  ];
  return { ...client, back, fields };
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

describe('who is not let in', () => {
  const call = { method: 'POST', body: modernCall('pay').body };
  const challenge = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await raw(path, { ...call, headers });
    expect(answer.status).toBe(401);
    return answer.headers['www-authenticate'];
  };

  it.each([
    '/mcp/files/',
    '/mcp-oauth/files/',
    '/mcp-oauth/files',
    '/mcp-oauth/',
    '/mcp-oauth',
    '/mcp-oauth/nothing/',
  ])('is told of an error in a token at %s only after presenting one (RFC 6750 §3.1)', async (path) => {
    const metadata = `resource_metadata="${url()}/.well-known/oauth-protected-resource${path}", scope="mcp"`;
    const [without, wrong] =
      path === '/mcp/files/'
        ? ['Bearer realm="mcp"', 'Bearer error="invalid_token"']
        : [`Bearer ${metadata}`, `Bearer error="invalid_token", ${metadata}`];
    for (const nothing of [undefined, 'Basic YTpi', 'DPoP', 'Bearer'])
      expect([nothing, await challenge(path, nothing)]).toEqual([nothing, without]);
    // The tokens of grants are bound to no key.
    const proven =
      path === '/mcp/files/' ? without : expect.stringMatching(/^DPoP error="invalid_token", algs="ES256 /);
    expect(await challenge(path, 'DPoP x')).toEqual(proven);
    for (const something of ['Bearer x', 'bearer x', `BEARER ${'x'.repeat(600)}`])
      expect([something, await challenge(path, something)]).toEqual([something, wrong]);
  });

  it('is nobody whose token is for the server, whatever the case of the scheme (RFC 9110 §11.1)', async () => {
    const { fields } = await withCode();
    const { access_token: token = '' } = read(await form('/token', fields));
    const { body, headers } = modernCall('pay');
    const own = {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    for (const scheme of ['Bearer ', 'bearer ', 'BEARER ']) {
      const sentAs = { ...own, authorization: `${scheme}${token}` };
      const answer = await raw('/mcp-oauth/files/', { method: 'POST', body, headers: sentAs });
      expect([scheme, answer.status]).toEqual([scheme, 200]);
    }
    expect((await post(endpoint('other'), token, modernCall('pay'))).status).toBe(401);
    expect((await post(`${url()}/mcp/files/`, token, modernCall('pay'))).status).toBe(401);
  });
});

describe('a link to the gateway', () => {
  it('leads nowhere before a person has answered, also where it leaves the one address of return away', async () => {
    const places = ['https://evil.example/callback', 'com.example.app:/callback', 'evil://callback'];
    for (const place of places) {
      const { id } = await registered({ redirect_uris: [place] });
      for (const returning of [[['redirect_uri', place]], []] as const) {
        const asked = wished(id).filter(([name]) => name !== 'redirect_uri');
        const answer = await sent([...asked, ...returning, ['prompt', 'none']]);
        expect([place, answer.status, answer.headers.location]).toEqual([place, 400, undefined]);
      }
    }
  });

  it('leads a program of this machine back with the error, the state and who says so (RFC 9207 §2)', async () => {
    const { id } = await registered();
    const { headers, status } = await sent(but(wished(id), [['prompt', 'none']]));
    // What was posted goes nowhere along (RFC 9700 §4.12).
    expect(status).toBe(303);
    const { searchParams } = new URL(headers.location ?? '');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      error: 'interaction_required',
      state: 'its own',
      iss: `${url()}/oauth`,
    });
    const { back } = await withCode();
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      state: 'its own',
      iss: `${url()}/oauth`,
      code: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('goes by the letters of the address of return, but for the port of this machine (RFC 8252 §7.3)', async () => {
    const uris = [
      'http://127.0.0.1/a',
      'http://[::1]:7/a?b=c',
      'https://a.example/cb',
      'com.example.app:/cb',
    ];
    const { id } = await registered({ redirect_uris: uris });
    const outcome = (uri: string) => errorOf(but(wished(id), [['redirect_uri', uri]]));
    for (const uri of [...uris, 'http://127.0.0.1:50123/a', 'http://[::1]:50123/a?b=c'])
      expect([uri, await outcome(uri)]).toEqual([uri, 'none']);
    const others = ['http://127.0.0.1/b', 'http://127.0.0.1/a?x', 'http://127.0.0.1/a/', 'http://[::1]/a'];
    const far = [
      'https://a.example:444/cb',
      'https://A.example/cb',
      'https://a.example/cb/',
      'http://a.example/cb',
    ];
    const tricks = [
      'https://a.example/x/../cb',
      'https://a@a.example/cb',
      'http://x@127.0.0.1/a',
      'com.example.app:/CB',
    ];
    for (const uri of [...others, ...far, ...tricks, 'http://localhost/a', 'https://127.0.0.1/a'])
      expect([uri, await outcome(uri)]).toEqual([uri, 'page: invalid_redirect_uri']);
  });

  it('wants PKCE by S256 and nothing that passes for it (RFC 7636, RFC 9700 §2.1.1)', async () => {
    const { id } = await registered();
    const wrongs: readonly Pairs[] = [
      [['code_challenge_method', 'plain']],
      [['code_challenge_method', '']],
      [['code_challenge', '']],
      [['code_challenge', 'x'.repeat(42)]],
      [['code_challenge', 'x'.repeat(129)]],
      [['code_challenge', `${'x'.repeat(43)} `]],
    ];
    for (const wrong of wrongs)
      expect([wrong, await errorOf(but(wished(id), wrong))]).toEqual([wrong, 'invalid_request']);
  });

  it('shows a person what there is to decide, whatever else it would have them shown, unless it wants nothing shown', async () => {
    const { id } = await registered();
    const outcome = (prompt: string) => errorOf(but(wished(id), [['prompt', prompt]]));
    for (const prompt of ['consent', 'login', 'select_account', 'create', 'login consent', 'nonesuch'])
      expect([prompt, await outcome(prompt)]).toEqual([prompt, 'none']);
    expect(await outcome('none')).toBe('interaction_required');
    expect(await outcome('login none')).toBe('invalid_request');
  });

  it('means by a parameter without a value what it means by none (RFC 6749 §3.1)', async () => {
    const { id } = await registered();
    const empty = [
      'request',
      'request_uri',
      'registration',
      'response_mode',
      'state',
      'scope',
      'prompt',
      'x',
    ];
    const more = empty.map((name) => [name, ''] as const);
    expect(await errorOf(but(wished(id), more))).toBe('none');
    expect(await errorOf(but(wished(id), [['resource', '']]))).toBe('invalid_target');
  });
});

describe('what a client is registered with', () => {
  it('leads to a host that a person can read, and to no scheme at which no program waits', async () => {
    const bad = [
      ...['https://user@a.example/cb', 'https://user:password@a.example/cb', 'https://:x@a.example/cb'],
      ...['https://*/cb', 'https://*.a.example/cb', 'http://x@127.0.0.1/cb', 'app://user@host/cb'],
      ...['ftp://a.example/cb', 'ws://a.example/cb', 'wss://a.example/cb', 'mailto:a@a.example', 'sms:1'],
      ...[
        'tel:1',
        'intent://a.example/#Intent;end',
        'intent:x',
        'view-source:https://a.example/',
        'FTP://a/',
      ],
    ];
    for (const uri of bad) {
      const answer = await register({ redirect_uris: [CALLBACK, uri] });
      expect([uri, answer.status, read(answer)['error']]).toEqual([uri, 400, 'invalid_redirect_uri']);
    }
    for (const uris of ['x', 7, null, [7], [null], ['no uri'], {}]) {
      const answer = await register({ redirect_uris: uris });
      expect([uris, answer.status, read(answer)['error']]).toEqual([
        uris,
        400,
        expect.stringMatching(/^invalid_(?:redirect_uri|client_metadata)$/),
      ]);
    }
    const good = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'com.example.app:/cb',
      'https://a_b.example/cb',
    ];
    const answer = await register({ redirect_uris: good });
    expect([answer.status, read(answer)['redirect_uris']]).toEqual([201, good]);
  });

  it('is told to it in full, once, and is kept by nobody on the way (RFC 7591 §3.2.1)', async () => {
    const answer = await register({ token_endpoint_auth_method: 'client_secret_post', client_name: 'Agent' });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(read(answer)).toMatchObject({
      client_id: expect.any(String),
      client_secret: expect.stringMatching(/^.{40,}$/),
      client_secret_expires_at: 0,
      client_name: 'Agent',
      redirect_uris: [CALLBACK],
      ...{ token_endpoint_auth_method: 'client_secret_post', response_types: ['code'] },
      grant_types: ['authorization_code', 'refresh_token'],
    });
  });
});

describe('the endpoint for tokens', () => {
  it('gives what a token answer has, for nobody to keep (RFC 6749 §5.1)', async () => {
    const { fields } = await withCode();
    const answer = await form('/token', fields);
    expect([answer.status, read(answer)]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^[\w-]{43}$/),
        refresh_token: expect.stringMatching(/^[\w-]{43}$/),
        ...{ token_type: 'Bearer', expires_in: 3_600, scope: 'mcp' },
      },
    ]);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': expect.stringMatching(/^application\/json/),
    });
  });

  it('refuses in JSON, with the status and the error that are laid down, whatever a client takes (RFC 6749 §5.2)', async () => {
    const { fields, id } = await withCode();
    const secretive = await registered({ token_endpoint_auth_method: 'client_secret_basic' });
    const refresh: Fields = { grant_type: 'refresh_token', client_id: id, refresh_token: 'x' };
    const cases: readonly (readonly [string, number, Fields | Pairs, OutgoingHttpHeaders?])[] = [
      ['invalid_request', 400, but(fields, [['grant_type', '']])],
      ['unsupported_grant_type', 400, but(fields, [['grant_type', 'password']])],
      ['invalid_client', 401, but(fields, [['grant_type', 'client_credentials']])],
      ['invalid_request', 400, but(fields, [['client_id', '']])],
      ['invalid_client', 401, but(fields, [['client_id', 'nobody']])],
      ['invalid_client', 401, { ...refresh, client_id: secretive.id }],
      ['invalid_client', 401, refresh, basic(id, 'x')],
      ['invalid_client', 401, { grant_type: 'refresh_token' }, basic(secretive.id, 'wrong')],
      ['invalid_request', 400, { ...refresh, client_secret: 'x' }, basic(id, 'x')],
      ['invalid_request', 400, [...fields, ['code', 'x']]],
      ['invalid_request', 400, [...fields, ['client_id', id]]],
      ['invalid_request', 400, [...fields, ['grant_type', 'refresh_token']]],
      ['invalid_request', 400, but(fields, [['code', '']])],
      ['invalid_grant', 400, but(fields, [['code', 'x'.repeat(43)]])],
      ['invalid_grant', 400, but(fields, [['code_verifier', '']])],
      ['invalid_request', 400, but(fields, [['code_verifier', 'v'.repeat(42)]])],
      ['invalid_request', 400, but(fields, [['code_verifier', 'v'.repeat(129)]])],
      ['invalid_grant', 400, but(fields, [['code_verifier', 'w'.repeat(43)]])],
      ['invalid_grant', 400, but(fields, [['redirect_uri', 'http://127.0.0.1:1/callback']])],
      ['invalid_grant', 400, refresh],
    ];
    const accepts = ['application/json', 'text/html', 'text/html, image/gif, *; q=.2, */*; q=.2'];
    for (const [error, status, given, headers = {}] of cases)
      for (const accept of accepts) {
        const answer = await form('/token', given, { ...headers, accept });
        expect(answer.headers).toMatchObject({
          'cache-control': 'no-store',
          'content-type': expect.stringMatching(/^application\/json/),
        });
        const { error: found, error_description: why } = read(answer);
        expect([given, answer.status, found]).toEqual([given, status, error]);
        // Neither quotes nor what is not ASCII.
        if (why !== undefined) expect(why).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
        const wantsBasic = status === 401 && headers['authorization'] !== undefined;
        expect(answer.headers['www-authenticate']?.startsWith('Basic ') ?? false).toBe(wantsBasic);
      }
    // The code is still good for who has it rightly.
    expect((await form('/token', fields)).status).toBe(200);
  });

  it('renews for no more than was given, and goes on with what was (RFC 6749 §6)', async () => {
    const { fields, id } = await withCode();
    const { refresh_token: token = '' } = read(await form('/token', fields));
    const refresh: Fields = { grant_type: 'refresh_token', client_id: id, refresh_token: token };
    expect(read(await form('/token', { ...refresh, scope: 'mcp openid' }))['error']).toBe('invalid_scope');
    expect(read(await form('/token', { ...refresh, scope: 'mcp' }))['scope']).toBe('mcp');
  });

  it('takes nothing from the address, where it would be logged (RFC 6749 §2.3.1)', async () => {
    const { fields } = await withCode();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const inQuery = await raw(`/oauth/token?${encoded(fields)}`, { method: 'POST', headers: type, body: '' });
    expect([inQuery.status, read(inQuery)['error']]).toEqual([400, 'invalid_request']);
    expect((await raw(`/oauth/token?${encoded(fields)}`)).status).toBe(404);
    expect((await form('/token', fields)).status).toBe(200);
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'wants the secret of a client that has one, %s',
    async (method) => {
      const { fields, id, secret } = await withCode({ token_endpoint_auth_method: method });
      const other = await registered({ token_endpoint_auth_method: method });
      expect(read(await form('/token', fields))['error']).toBe('invalid_client');
      const anothers = await form('/token', fields, basic(id, other.secret));
      expect(read(anothers)['error']).toBe('invalid_client');
      const own =
        method === 'client_secret_basic'
          ? await form('/token', fields, basic(id, secret))
          : await form('/token', [...fields, ['client_secret', secret]]);
      expect(own.status).toBe(200);
      const { refresh_token: token = '' } = read(own);
      const again = await form('/token', {
        grant_type: 'refresh_token',
        client_id: id,
        refresh_token: token,
      });
      expect([again.status, read(again)['error']]).toEqual([401, 'invalid_client']);
    },
  );

  it('gives a token for another server to nobody, and then none at all (RFC 8707 §2.2)', async () => {
    for (const resource of ['https://a.example/', 'no uri', `${endpoint()}#x`, endpoint('other')]) {
      const { fields } = await withCode();
      const answer = await form('/token', [...fields, ['resource', resource]]);
      expect([resource, answer.status, read(answer)['error']]).toEqual([resource, 400, 'invalid_target']);
      expect(read(await form('/token', fields))['error']).toBe('invalid_grant');
    }
  });

  it('says why in characters that stand in a header, where the wrong server is asked for', async () => {
    const { id } = await registered();
    for (const resource of ['', 'https://evil.example/', endpoint().replace('oauth', 'x')]) {
      const { headers } = await sent(but(wished(id), [['resource', resource]]));
      const { searchParams } = new URL(headers.location ?? '');
      expect(searchParams.get('error')).toBe('invalid_target');
      expect(searchParams.get('error_description')).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  });
});

describe('other endpoints for programs', () => {
  it('refuse in JSON as well, whatever a client takes (RFC 7591 §3.2.2, RFC 7009 §2.2.1)', async () => {
    const html = { accept: 'text/html' };
    const answers = [
      await register({ redirect_uris: ['https://a.example/#x'] }, html),
      await form('/revoke', { token: 'x' }, html),
      await form('/revoke', { token: 'x', client_id: 'nobody' }, html),
    ];
    expect(answers.map((answer) => [answer.status, read(answer)['error']])).toEqual([
      [400, 'invalid_redirect_uri'],
      [400, 'invalid_request'],
      [401, 'invalid_client'],
    ]);
    for (const { headers } of answers) expect(headers['content-type']).toMatch(/^application\/json/);
    const { id } = await registered();
    // A token that is good for nothing is as good as given back (RFC 7009 §2.2).
    for (const hint of ['access_token', 'refresh_token', 'another'])
      expect((await form('/revoke', { token: 'x', client_id: id, token_type_hint: hint })).status).toBe(200);
  });

  it('are described as they are, for pages too (RFC 8414 §3)', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server/oauth',
      '/.well-known/openid-configuration/oauth',
      '/oauth/.well-known/openid-configuration',
    ]) {
      const answer = await raw(path, { headers: { origin: 'https://page.example' } });
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': 'https://page.example',
        'content-type': expect.stringMatching(/^application\/json/),
      });
      expect(JSON.parse(answer.text)).toMatchObject({
        issuer: `${url()}/oauth`,
        authorization_endpoint: `${url()}/oauth/authorize`,
        token_endpoint: `${url()}/oauth/token`,
        registration_endpoint: `${url()}/oauth/register`,
        revocation_endpoint: `${url()}/oauth/revoke`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: true,
      });
    }
  });
});

it('shows the page of a consent in no frame of another, and to no cache', async () => {
  const { headers, status } = await raw('/agent-sign-in/x', { headers: { accept: 'text/html' } });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringMatching(/frame-ancestors 'none'.*/),
  });
});
