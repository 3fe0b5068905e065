import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SIGN_ON_MS, TOKEN_LEAST_MS, TOKEN_LIFE_MS } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { askToConnect, comeBack, connect, consent, registered, startPair } from '../support/connecting.ts';
import { bootGateway } from '../support/gateway.ts';
import { listenOnLoopback } from '../support/oauth-http.ts';
import { bootOffice, expectOk, NO_SERVER, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { modernCall, post } from '../support/rpc.ts';
import { newVisitor } from '../support/visitor.ts';

const clock = movedClock(Date.now());
let office: Office;
let issuer: AuthorizationServer;
let server: ProtectedServer;
let token: string;
let slug: string;
let last = 0;

beforeAll(async () => {
  office = await bootOffice({ clock });
});
afterAll(() => office[Symbol.asyncDispose]());
beforeEach(async () => {
  last += 1;
  slug = `s${last}`;
  const pair = await startPair(office, slug, clock.wallMs);
  ({ issuer, server, token } = pair);
  return () => pair[Symbol.asyncDispose]();
});

const api = () => office.admin.client.servers;
const called = () => post(office.test.endpoint(slug), token, modernCall('pay'));
const shown = async () => expectOk(await api().show({ params: { server: slug } })).signIn;
const outcome = (location: string) => new URL(location).searchParams.get('signIn');
/** What connecting is refused with. */
const refusal = async (body: object = {}) => {
  const { text } = await askToConnect(office.admin, slug, body);
  const { code, detail } = JSON.parse(text) as { readonly code?: string; readonly detail?: string };
  return `${code}: ${detail}`;
};

describe('a server that wants OAuth', () => {
  it('says so when it is probed, is connected in a browser, and serves', async () => {
    const probed = expectOk(await api().probe({ params: { server: slug } }));
    expect(probed).toMatchObject({ state: 'failing', wantsSignIn: true });
    expect(await shown()).toBeUndefined();
    const location = await connect(office.admin, slug);
    expect(location).toBe(`${office.gateway.url}/servers/${slug}?signIn=connected`);
    const until = new Date(clock.wallMs() + 3_600_000).toISOString();
    const facts = { state: 'connected', issuer: issuer.issuer, scopes: ['pay'], renews: true, until };
    expect(await shown()).toEqual({ ...facts, grant: 'authorization_code' });
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
    const [asked] = issuer.to('/authorize');
    const redirect = `${office.gateway.url}/api/v1/server-sign-in/callback`;
    expect(asked?.form).toMatchObject({
      ...{ resource: server.url, scope: 'pay', code_challenge_method: 'S256', redirect_uri: redirect },
    });
    expect(issuer.to('/token')[0]?.form).toMatchObject({ resource: server.url });
    expect(issuer.to('/register')[0]?.json).toMatchObject({
      application_type: 'native',
      redirect_uris: [redirect],
    });
    const { items } = expectOk(await office.admin.client.audit.list());
    expect(items.slice(0, 2).map(({ action }) => action)).toEqual([
      'server.signed_in',
      'server.sign_in_began',
    ]);
  });

  it('is forgotten: calls are refused at once, and the authorization server hears of it', async () => {
    await connect(office.admin, slug);
    await called();
    expect((await api().disconnect({ params: { server: slug } })).status).toBe(204);
    expect(issuer.to('/revoke')).toHaveLength(1);
    expect(issuer.refreshTokens.size).toBe(0);
    expect(await shown()).toBeUndefined();
    const before = server.calls().length;
    expect((await called()).body.result?.content?.[0]?.text).not.toBe('done');
    expect(server.calls()).toHaveLength(before);
    expect(server.heads.at(-1)?.headers.authorization).toBeUndefined();
    expect((await api().disconnect({ params: { server: slug } })).status).toBe(204);
  });

  it('takes the credentials of a machine without a browser, and with an API key', async () => {
    issuer.clients.set('robot', 'canary-machine');
    const made = expectOk(
      await office.admin.client.apiKeys.create({ body: { name: slug, role: 'admin', expiresInDays: 1 } }),
    );
    const script = office.visitor({ apiKey: made.key }).client.servers;
    const params = { server: slug };
    expect(problemOf(await script.connect({ params, body: {} }))).toBe('person_required');
    const bare = await script.connect({ params, body: { grant: 'client_credentials' } });
    expect(problemOf(bare)).toBe('client_id_needed');
    const body = { clientId: 'robot', clientSecret: 'canary-machine', scopes: ['read'] };
    const answer = await script.connect({ params, body: { grant: 'client_credentials', ...body } });
    expect(expectOk(answer)).toEqual({ state: 'connected' });
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
    expect(await shown()).toMatchObject({ grant: 'client_credentials', scopes: ['read'], renews: true });
    clock.pass(3_600_000);
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
    expect(issuer.to('/token').map(({ form }) => form['grant_type'])).toEqual([
      'client_credentials',
      'client_credentials',
    ]);
  });

  it('asks for a client where none can be found, and keeps the one that is given for its issuer', async () => {
    issuer.metadata = { registration_endpoint: undefined };
    expect(await refusal()).toBe(
      `client_id_needed: register the gateway there with the redirect URI ${office.gateway.url}/api/v1/server-sign-in/callback`,
    );
    issuer.clients.set('ours', 'a-secret');
    expect(outcome(await connect(office.admin, slug, { clientId: 'ours', clientSecret: 'a-secret' }))).toBe(
      'connected',
    );
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(issuer.to('/authorize').map(({ form }) => form['client_id'])).toEqual(['ours', 'ours']);
  });

  it('may speak as those of the Python SDK do: a secret without an end, a client that the body has to name', async () => {
    issuer.metadata = {
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    };
    const method = 'client_secret_basic';
    const made = { client_id: 'made', client_secret: 'canary-made', token_endpoint_auth_method: method };
    issuer.instead.set('/register', (_, response) => {
      issuer.clients.set('made', 'canary-made');
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(made));
    });
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(issuer.to('/token')).toMatchObject([
      { form: { client_id: 'made' }, headers: { authorization: expect.stringMatching(/^Basic /) } },
    ]);
    expect(issuer.to('/token')[0]?.form['client_secret']).toBeUndefined();
    await api().disconnect({ params: { server: slug } });
    expect(issuer.to('/revoke')).toMatchObject([{ form: { client_id: 'made' } }]);
  });

  it('is registered at for the scopes that are asked for, and again for others', async () => {
    const scopesOf = () => issuer.to('/register').map((asked) => asked.json?.['scope']);
    await connect(office.admin, slug);
    await connect(office.admin, slug);
    expect(scopesOf()).toEqual(['pay']);
    expect(outcome(await connect(office.admin, slug, { scopes: ['pay', 'more'] }))).toBe('connected');
    expect(scopesOf()).toEqual(['pay', 'pay more']);
  });

  it('is told that tokens are over also where it wants to read a secret from the body, as those in Python', async () => {
    await connect(office.admin, slug);
    issuer.instead.set('/revoke', (_, response) => {
      const isRead = issuer.to('/revoke').at(-1)?.form['client_secret'] !== undefined;
      response
        .writeHead(isRead ? 200 : 400, { 'content-type': 'application/json' })
        .end(JSON.stringify(isRead ? {} : { error: 'invalid_request' }));
    });
    expect((await api().disconnect({ params: { server: slug } })).status).toBe(204);
    const [first, second, ...more] = issuer.to('/revoke').map(({ form }) => form);
    expect([second, more]).toEqual([{ ...first, client_secret: '' }, []]);
    expect(JSON.stringify(office.test.lines.slice(-3))).not.toContain('could not be revoked');
  });

  it('may forget the gateway as a client: it is registered again, and not for each that begins at once', async () => {
    const count = () => issuer.to('/register').length;
    issuer.lifetimeS = SIGN_ON_MS / 2_000;
    await connect(office.admin, slug);
    issuer.clients.clear();
    issuer.refreshTokens.clear();
    clock.pass(SIGN_ON_MS / 2);
    expect((await called()).text).toContain('connect it again');
    expect([await shown(), count()]).toMatchObject([{ state: 'needs_sign_in' }, 1]);
    await askToConnect(office.admin, slug);
    await askToConnect(office.admin, slug);
    expect(count()).toBe(2);
    // Nobody came back, and it was forgotten once more.
    issuer.clients.clear();
    clock.pass(SIGN_ON_MS);
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(count()).toBe(3);
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
  });

  it('is registered at without scopes where it takes none', async () => {
    issuer.instead.set('/register', (_, response) => {
      const isTaken = issuer.to('/register').at(-1)?.json?.['scope'] === undefined;
      const made = { client_id: 'made', token_endpoint_auth_method: 'none' };
      if (isTaken) issuer.clients.set('made', undefined);
      response
        .writeHead(isTaken ? 201 : 400, { 'content-type': 'application/json' })
        .end(JSON.stringify(isTaken ? made : { error: 'invalid_client_metadata' }));
    });
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(outcome(await connect(office.admin, slug, { scopes: ['more'] }))).toBe('connected');
    expect(issuer.to('/register')).toHaveLength(2);
  });

  it('gets the token of another address never: it has to be connected again', async () => {
    await connect(office.admin, slug);
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
    await using other = await startProtectedServer(issuer);
    const { etag = '' } = (await api().show({ params: { server: slug } })) as { readonly etag?: string };
    expectOk(await api().update({ params: { server: slug }, ifMatch: etag, body: { url: other.url } }));
    expect(await shown()).toMatchObject({ state: 'needs_sign_in' });
    expect((await called()).text).toContain('connect it again');
    expect(other.heads).toEqual([]);
  });
});

describe('what a server and its authorization server say', () => {
  it.each([
    ['http://169.254.169.254/x', 'another address'],
    ['https://elsewhere.example/.well-known/oauth-protected-resource', 'another address'],
  ])('I-10 is not followed to %s', async (place, why) => {
    server.challenge = `Bearer resource_metadata="${place}"`;
    expect(await refusal()).toContain(why);
  });

  it('is not looked for where the server has another address, as with a slash at its end', async () => {
    const redirecting = await listenOnLoopback(
      createServer((_, response) => void response.writeHead(307, { location: '/mcp' }).end()),
    );
    await registered(office, `${slug}-redirects`, { url: `${redirecting.origin}/mcp/` });
    const { text } = await askToConnect(office.admin, `${slug}-redirects`);
    await redirecting.close();
    expect(JSON.parse(text)).toMatchObject({
      code: 'sign_in_not_possible',
      detail: 'the server answers with a redirect (HTTP 307)',
    });
  });

  it('is found at the path of the server, then at its root', async () => {
    server.challenge = 'Bearer';
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    const [[place = '', document = {}] = []] = [...server.documents];
    server.documents.delete(place);
    server.documents.set('/.well-known/oauth-protected-resource', document);
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
  });

  it('names the issuer as it likes, with a final slash or without, and is held to that', async () => {
    const own = `${issuer.issuer}/`;
    issuer.metadata = { issuer: own };
    issuer.returned = { iss: own };
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(await shown()).toMatchObject({ state: 'connected', issuer: own });
    const [[place = ''] = []] = [...server.documents];
    server.documents.set(place, { resource: server.url, authorization_servers: [own] });
    issuer.metadata = {};
    expect(outcome(await connect(office.admin, slug))).toBe('authorization_server_failed');
    issuer.returned = {};
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
  });

  it('may be at the origin of a server from before June 2025, which names no authorization server', async () => {
    const { origin } = new URL(server.url);
    server.challenge = undefined;
    server.documents.clear();
    expect(await refusal()).toContain('does not say where to sign in');
    const [, asked = ''] = server.heads.map(({ path }) => path);
    expect(asked).toContain('oauth-protected-resource');
    server.documents.set('/.well-known/oauth-authorization-server', {
      issuer: `${origin}/`,
      authorization_endpoint: `${issuer.issuer}/authorize`,
      token_endpoint: `${issuer.issuer}/token`,
      registration_endpoint: `${issuer.issuer}/register`,
      code_challenge_methods_supported: ['S256'],
    });
    issuer.returned = { iss: undefined };
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    expect(await shown()).toMatchObject({ state: 'connected', issuer: `${origin}/` });
    expect(issuer.to('/token')[0]?.form).toMatchObject({ resource: server.url });
    expect((await called()).body.result?.content?.[0]?.text).toBe('done');
  });

  it('is not that of another server', async () => {
    const [[place = ''] = []] = [...server.documents];
    server.documents.set(place, {
      resource: 'https://other.example/mcp',
      authorization_servers: [issuer.issuer],
    });
    expect(await refusal()).toContain('that of another one');
  });

  it.each([
    ['another issuer', { issuer: 'https://other.example' }, 'another issuer'],
    ['another issuer below it', (own: string) => ({ issuer: `${own}/other` }), 'another issuer'],
    ['I-11 a token endpoint without TLS', { token_endpoint: 'http://192.0.2.1/token' }, 'https://'],
    ['I-11 a registration endpoint without TLS', { registration_endpoint: 'http://10.0.0.1/r' }, 'https://'],
    ['I-16 no PKCE', { code_challenge_methods_supported: undefined }, 'PKCE'],
    ['I-16 plain PKCE', { code_challenge_methods_supported: ['plain'] }, 'PKCE'],
  ])('is refused with %s', async (_, metadata, why) => {
    issuer.metadata = typeof metadata === 'function' ? metadata(issuer.issuer) : metadata;
    expect(await refusal()).toContain(why);
    expect(issuer.to('/register')).toHaveLength(why === 'PKCE' ? 1 : 0);
  });

  it.each([
    ['parts of a millisecond', '3600.00001', 3_600_000],
    ['more than there is time', '1e300', TOKEN_LIFE_MS],
    ['longer than years have names', '1e13', TOKEN_LIFE_MS],
    ['no time at all', '0', TOKEN_LEAST_MS],
    ['a time of which nothing is said', 'null', undefined],
    ['less than no time', '-1', undefined],
  ])('may be that a token lives %s: the servers can be listed as ever', async (_, seconds, livesMs) => {
    issuer.instead.set('/token', (request, response) => {
      request.resume();
      const token = `{"access_token":"canary","token_type":"bearer","refresh_token":null,"expires_in":${seconds}}`;
      response.writeHead(200, { 'content-type': 'application/json' }).end(token);
    });
    expect(outcome(await connect(office.admin, slug))).toBe('connected');
    const { items } = expectOk(await api().list());
    const until = livesMs === undefined ? {} : { until: new Date(clock.wallMs() + livesMs).toISOString() };
    const { signIn } = items.find((one) => one.slug === slug) ?? {};
    expect(signIn).toMatchObject({ state: 'connected', ...until });
    expect(signIn && 'until' in signIn).toBe('until' in until);
  });

  it('is no text that shows itself as another: scopes are words of visible characters', async () => {
    const scope = 'pay \u202eyap\u0007 \u{1f600} read pay';
    issuer.instead.set('/token', (request, response) => {
      request.resume();
      const token = { access_token: 'canary', token_type: 'bearer', scope };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
    });
    await connect(office.admin, slug);
    expect((await shown())?.scopes).toEqual(['pay', 'read']);
  });

  it('I-11 leads no secret on: redirects of the token endpoint are not followed', async () => {
    await using elsewhere = await startAuthorizationServer();
    issuer.instead.set(
      '/token',
      (_, response) => void response.writeHead(307, { location: `${elsewhere.issuer}/token` }).end(),
    );
    issuer.clients.set('robot', 'a-secret');
    const body = { grant: 'client_credentials', clientId: 'robot', clientSecret: 'a-secret' };
    expect(await refusal(body)).toContain('authorization_server_failed');
    expect(elsewhere.asked).toEqual([]);
  });

  it('I-12 gets none of the headers that the server gets', async () => {
    const name = `${slug}k`;
    await registered(office, name, { url: server.url, headers: { 'x-api-key': 'canary-static' } });
    expect(outcome(await connect(office.admin, name))).toBe('connected');
    expect(JSON.stringify(issuer.asked)).not.toContain('canary-static');
    const told = server.heads.filter(({ headers }) => headers['x-api-key'] !== undefined);
    expect(told.map(({ path }) => path)).toEqual(['/mcp']);
  });

  it('I-17 names another authorization server: neither client nor tokens of the old one go there', async () => {
    issuer.clients.set('ours', 'canary-client');
    await connect(office.admin, slug, { clientId: 'ours', clientSecret: 'canary-client' });
    await using other = await startAuthorizationServer(clock.wallMs);
    const [[place = ''] = []] = [...server.documents];
    server.documents.set(place, { resource: server.url, authorization_servers: [other.issuer] });
    const { cookie, url } = await askToConnect(office.admin, slug);
    // Until the new one is through, the old one goes on where it is from.
    clock.pass(3_590_000);
    await called();
    expect(issuer.to('/token').at(-1)?.form['grant_type']).toBe('refresh_token');
    expect(new URL(url).origin).toBe(other.issuer);
    await comeBack(office.admin, await consent(url), cookie);
    expect(JSON.stringify(other.asked)).not.toMatch(/canary-client|canary-refresh-.*canary-refresh|ours/);
  });
});

describe('coming back', () => {
  it('I-14 counts once, in ten minutes, for the session and organisation that began', async () => {
    const { cookie, url } = await askToConnect(office.admin, slug);
    const location = await consent(url);
    const other = await office.somebody('admin');
    const foreign = await office.somebody('admin', await office.elsewhere());
    for (const visitor of [other, foreign]) {
      const { headers } = await comeBack(visitor, location, cookie);
      expect(outcome(headers['location'] ?? '')).toBe('sign_on_stale');
    }
    // Whose session has ended meanwhile reads so, where they sign in; a script is told as ever.
    const nobody = await comeBack(office.visitor(), location, cookie);
    expect(nobody.headers['location']).toBe(`${office.gateway.url}/sign-in?problem=sign_on_stale`);
    const { pathname, search } = new URL(location);
    const asScript = { accept: 'application/json', cookie };
    expect((await office.visitor().send(`${pathname}${search}`, { headers: asScript })).status).toBe(401);
    const forged = location.replace(/state=[^&]+/, 'state=forged');
    for (const [at, kept] of [
      [forged, cookie],
      [location.replace(/&state=[^&]+/, ''), cookie],
      [location, ''],
    ] as const) {
      const { headers } = await comeBack(office.admin, at, kept);
      expect(outcome(headers['location'] ?? '')).toBe('sign_on_stale');
    }
    const first = await comeBack(office.admin, location, cookie);
    expect(outcome(first.headers['location'] ?? '')).toBe('connected');
    const again = await comeBack(office.admin, location, cookie);
    expect(outcome(again.headers['location'] ?? '')).toBe('sign_on_stale');
    const late = await askToConnect(office.admin, slug);
    const lateLocation = await consent(late.url);
    clock.pass(SIGN_ON_MS);
    const { headers } = await comeBack(office.admin, lateLocation, late.cookie);
    expect(outcome(headers['location'] ?? '')).toBe('sign_on_stale');
    const viewer = await office.somebody('viewer');
    expect((await comeBack(viewer, location, cookie)).status).toBe(403);
  });

  it('by what was begun earlier leaves alone what began in another tab since', async () => {
    const [earlier, later] = [await askToConnect(office.admin, slug), await askToConnect(office.admin, slug)];
    const { headers } = await comeBack(office.admin, await consent(earlier.url), later.cookie);
    expect(outcome(headers['location'] ?? '')).toBe('sign_on_stale');
    expect(headers['set-cookie']).toBeUndefined();
    const made = await comeBack(office.admin, await consent(later.url), later.cookie);
    expect(outcome(made.headers['location'] ?? '')).toBe('connected');
    expect(made.headers['set-cookie']).toMatch(/^boomgate_server_sign_in=; .*Max-Age=0/);
  });

  it('comes to nothing where somebody disconnects while the code is exchanged', async () => {
    const { cookie, url } = await askToConnect(office.admin, slug);
    issuer.slowMs = 300;
    const coming = comeBack(office.admin, await consent(url), cookie);
    await until(async () => issuer.to('/token').length === 1);
    expect((await api().disconnect({ params: { server: slug } })).status).toBe(204);
    expect(outcome((await coming).headers['location'] ?? '')).toBe('sign_in_not_possible');
    expect(await shown()).toBeUndefined();
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['none although it is announced', { iss: undefined }],
    ['a slash more', { iss: 'SLASH' }],
    ['another issuer of an error', { iss: 'https://evil.example', error: 'access_denied', code: undefined }],
    ['an error', { error: 'access_denied', error_description: 'canary-description', code: undefined }],
  ])('I-15 with %s redeems nothing and shows no words of others', async (_, returned) => {
    issuer.returned = 'iss' in returned && returned.iss === 'SLASH' ? { iss: `${issuer.issuer}/` } : returned;
    const { cookie, url } = await askToConnect(office.admin, slug);
    const { headers, text } = await comeBack(office.admin, await consent(url), cookie);
    expect(outcome(headers['location'] ?? '')).toBe('authorization_server_failed');
    expect(issuer.to('/token')).toEqual([]);
    expect(`${headers['location']} ${text} ${JSON.stringify(office.test.lines)}`).not.toContain(
      'canary-description',
    );
    expect(await shown()).toBeUndefined();
  });
});

describe('the metadata document of the gateway', () => {
  it('is there under an https address, as that is configured and never as a request says', async () => {
    const publicUrl = 'https://gate.example/gate';
    const { close, origin } = await listenOnLoopback(createServer());
    await close();
    const options = { publicUrl, port: Number(new URL(origin).port) };
    await using _ = await bootGateway({ mcpServers: NO_SERVER, options });
    const local = newVisitor({ url: origin });
    const headers = { host: 'gate.example', 'x-forwarded-host': 'evil.example' };
    const { status, text } = await local.send('/api/v1/server-sign-in/client', { headers });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      client_id: `${publicUrl}/api/v1/server-sign-in/client`,
      redirect_uris: [`${publicUrl}/api/v1/server-sign-in/callback`],
      ...{ application_type: 'web', token_endpoint_auth_method: 'none' },
    });
    expect(text).not.toContain('evil');
  });

  it('is not there without one', async () => {
    expect(problemOf(await office.admin.client.serverSignIn.client())).toBe('not_found');
  });
});
