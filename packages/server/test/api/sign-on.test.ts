import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DISCOVERY_MS, SIGN_ON_MS } from '../../src/limits/index.ts';
import { exchangeText } from '../../src/upstreams/index.ts';
import { movedClock } from '../cases/support/time.ts';
import {
  Browser,
  CLIENT,
  GROUPS_CLAIM,
  newcomerAt,
  type OidcProvider,
  openOidcProvider,
} from '../support/oidc.ts';
import { signInWith, withPasskey } from '../support/passkeys.ts';
import { bootOffice, expectOk, type Office, PASSWORD, problemOf, type Somebody } from '../support/people.ts';
import { newVisitor } from '../support/visitor.ts';

const clock = movedClock(Date.now());
let office: Office;
let provider: OidcProvider;

beforeAll(async () => {
  provider = await openOidcProvider(() => ['corp', 'twin', 'vouching'].map((id) => at(`${id}/callback`)));
  const corp = {
    issuer: provider.issuer,
    client_id: CLIENT.id,
    client_secret: '${env:CORP_SECRET}',
    allowed_domains: ['Corp.example'],
    groups: { deciders: 'approver', writers: 'policy_manager' },
  };
  const vouching = { ...corp, verified_email: 'provider', groups_claim: GROUPS_CLAIM };
  office = await bootOffice(
    { clock, environment: { ...process.env, CORP_SECRET: CLIENT.secret, TEST_GRANT: 'x'.repeat(40) } },
    {
      more: { signIn: { providers: { corp, twin: { ...corp, name: 'Twin', sync_roles: true }, vouching } } },
    },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
afterEach(() => {
  provider.instead.clear();
  provider.amr = [];
  clock.step(Date.now() - clock.wallMs());
});

const at = (path: string): string => `${office.gateway.url}/api/v1/session/oidc/${path}`;
const isBack = (address: string): boolean => /\/oidc\/(?:corp|twin|vouching)\/callback/.test(address);

type Way = {
  readonly by?: 'corp' | 'twin' | 'vouching';
  readonly edit?: (url: URL) => void;
  readonly returnTo?: string;
};

/** Goes to the provider and comes back to the gateway's door: the address of return, and the browser that holds the cookie. */
async function comeBack(subject: string, { by = 'corp', edit = () => undefined, returnTo }: Way = {}) {
  provider.nextSubject = subject;
  const browser = new Browser();
  const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
  const begun = await browser.get(at(`${by}/start${query}`));
  const address = new URL(begun.headers.get('location') ?? '');
  edit(address);
  return { browser, back: await browser.follow(address.href, isBack) };
}

async function signOn(subject: string, way: Way = {}) {
  const { back, browser } = await comeBack(subject, way);
  return { browser, back, answer: await browser.get(back) };
}

/** What the API says to the browser about itself. */
async function sessionIn({ jars }: Browser) {
  const token = jars.get(office.gateway.url)?.get('boomgate_session /')?.value ?? '';
  const visitor = newVisitor({ url: office.gateway.url, cookie: `boomgate_session=${token}` });
  return { visitor, answer: await visitor.client.session.read() };
}

async function codeOf(answer: Response): Promise<string> {
  // Every refusal is a problem document.
  const { code, detail } = (await answer.json()) as { code: string; detail?: string };
  return detail === undefined ? code : `${code}: ${detail}`;
}

const newcomer = (known: object = {}) => newcomerAt(provider, known);

describe('a sign-in by a provider', () => {
  it('makes a member of who is of a domain, with the role of their groups, and knows them again', async () => {
    const { email, subject } = newcomer({ groups: ['x', 'deciders', 'writers'] });
    const { answer, browser } = await signOn(subject, { returnTo: '/approvals?state=waiting' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`${office.gateway.url}/approvals?state=waiting`);
    const first = expectOk((await sessionIn(browser)).answer);
    expect(first).toMatchObject({
      role: 'policy_manager',
      person: { email, name: 'Ann Bond', hasPassword: false },
    });
    provider.accounts.set(subject, { email: 'married@corp.example', email_verified: true, groups: [] });
    const again = expectOk((await sessionIn((await signOn(subject)).browser)).answer);
    expect(again).toMatchObject({ role: 'policy_manager', person: { id: first.person.id, email } });
    const rows = await office.gateway.store.audit.query({ actor: email, limit: 10 });
    expect(rows.map(({ action }) => action).sort()).toEqual([
      'member.joined',
      'session.began',
      'session.began',
    ]);
    const { providers } = expectOk(await office.visitor().client.signOn.providers());
    expect(providers).toEqual([
      { id: 'corp', name: 'corp' },
      { id: 'twin', name: 'Twin' },
      { id: 'vouching', name: 'vouching' },
    ]);
    expect(provider.asked.get('/.well-known/openid-configuration')).toBe(1);
  });

  it('takes the word of a provider that vouches for its e-mails without saying so, unless it says otherwise', async () => {
    const claims = { email_verified: undefined, groups: ['writers'], [GROUPS_CLAIM]: ['deciders'] };
    const { email, subject } = newcomer(claims);
    const joined = await sessionIn((await signOn(subject, { by: 'vouching' })).browser);
    expect(expectOk(joined.answer)).toMatchObject({ role: 'approver', person: { email } });
    const silent = newcomer(claims);
    expect(await codeOf((await signOn(silent.subject)).answer)).toContain('sign_on_refused');
    for (const email_verified of [false, 'false', null]) {
      const { answer } = await signOn(newcomer({ ...claims, email_verified }).subject, { by: 'vouching' });
      expect([email_verified, await codeOf(answer)]).toEqual([
        email_verified,
        expect.stringContaining('sign_on_refused'),
      ]);
    }
    const elsewhere = newcomer({ ...claims, email: 'eve@evil.example' });
    const { answer } = await signOn(elsewhere.subject, { by: 'vouching' });
    expect(await codeOf(answer)).toContain('sign_on_refused');
  });

  it('gives the role of their groups at every sign-in by a provider that is to say it', async () => {
    const { email, subject } = newcomer({ groups: ['deciders'] });
    const roleWith = async (more: { readonly groups?: readonly string[] }, by: 'corp' | 'twin' = 'twin') => {
      provider.accounts.set(subject, { email, email_verified: true, ...more });
      return expectOk((await sessionIn((await signOn(subject, { by })).browser)).answer).role;
    };
    expect(await roleWith({ groups: ['deciders'] })).toBe('approver');
    expect(await roleWith({ groups: ['writers', 'x'] })).toBe('policy_manager');
    expect(await roleWith({})).toBe('viewer');
    // By the other provider nothing changes.
    expect(await roleWith({ groups: ['deciders'] }, 'corp')).toBe('viewer');
    const rows = await office.gateway.store.audit.query({ action: 'member.role_changed', limit: 10 });
    expect(rows.map(({ actor, after, before }) => [actor.name, before?.['role'], after?.['role']])).toEqual([
      [email, 'approver', 'policy_manager'],
      [email, 'policy_manager', 'viewer'],
    ]);
  });

  it('leads a browser that goes there itself back to where one signs in, with codes alone', async () => {
    const { answer } = await signOn(newcomer().subject);
    expect(answer.status).toBe(302);
    const { back, browser } = await comeBack(newcomer({ email: 'x@else.example' }).subject);
    const headers = { accept: 'text/html,*/*;q=0.8', cookie: browser.cookiesFor(back) };
    const led = await fetch(back, { headers, redirect: 'manual' });
    expect([led.status, led.headers.get('location')]).toEqual([
      302,
      `${office.gateway.url}/sign-in?problem=sign_on_refused&why=stranger`,
    ]);
    expect(led.headers.getSetCookie().filter((text) => text.startsWith('boomgate_session'))).toEqual([]);
    const stale = await fetch(back, { headers, redirect: 'manual' });
    expect(stale.headers.get('location')).toBe(`${office.gateway.url}/sign-in?problem=sign_on_stale`);
  });

  it('I-14 is for the browser that began, for the provider that was asked, once, and for ten minutes', async () => {
    const { subject } = newcomer();
    const { back, browser } = await comeBack(subject);
    const refused = async (who: Browser, address: string): Promise<string> => codeOf(await who.get(address));
    expect(await refused(new Browser(), back)).toBe('sign_on_stale');
    const other = new URL(back);
    other.searchParams.set('state', 'another');
    expect(await refused(browser, other.href)).toBe('sign_on_stale');
    expect(await refused(browser, back.replace('/corp/', '/twin/'))).toBe('sign_on_stale');
    const copy = new Browser();
    for (const [origin, jar] of browser.jars) copy.jars.set(origin, new Map(jar));
    expect((await browser.get(back)).status).toBe(302);
    expect(await refused(browser, back)).toBe('sign_on_stale');
    expect(await refused(copy, back)).toBe('sign_on_stale');
    const late = await comeBack(subject);
    clock.pass(SIGN_ON_MS);
    expect(await refused(late.browser, late.back)).toBe('sign_on_stale');
    const inTime = await comeBack(subject);
    clock.pass(SIGN_ON_MS - 1);
    // In time for us; the provider's code lives for a minute of its own clock.
    expect((await inTime.browser.get(inTime.back)).status).not.toBe(400);
  });

  it('I-15 counts nothing that is for another nonce, issuer, audience or signer, or names nobody', async () => {
    const { subject } = newcomer();
    const swapped = await signOn(subject, { edit: (url) => url.searchParams.set('nonce', 'another') });
    expect(await codeOf(swapped.answer)).toBe('sign_on_refused');
    const mixed = await comeBack(subject);
    const elsewhere = new URL(mixed.back);
    elsewhere.searchParams.set('iss', 'https://elsewhere.example');
    expect(await codeOf(await mixed.browser.get(elsewhere.href))).toBe('sign_on_refused');
    const without = await comeBack(subject);
    const nameless = new URL(without.back);
    nameless.searchParams.delete('iss');
    expect(await codeOf(await without.browser.get(nameless.href))).toBe('sign_on_refused');
    const said = async (change: object, forge = (token: string) => token): Promise<string | number> => {
      let nonce = '';
      const gone = await comeBack(subject, { edit: (url) => (nonce = url.searchParams.get('nonce') ?? '') });
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: provider.issuer,
        aud: CLIENT.id,
        sub: subject,
        nonce,
        iat: now,
        exp: now + 60,
        ...change,
      };
      const id_token = forge(
        await provider.sign({ ...claims, email: 'x@corp.example', email_verified: true }),
      );
      provider.instead.set('/token', (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', id_token }));
      });
      const answer = await gone.browser.get(gone.back);
      provider.instead.clear();
      return answer.status === 302 ? 302 : codeOf(answer);
    };
    expect(await said({})).toBe(302);
    expect(await said({ aud: 'another client' })).toBe('sign_on_refused');
    expect(await said({ iss: 'https://elsewhere.example' })).toBe('sign_on_refused');
    // As a store keeps these, each is the name of others too.
    for (const sub of ['ann\0', '\ud800', '\udfff', 'x'.repeat(1_025), ''])
      expect([sub, await said({ sub })]).toEqual([sub, 'sign_on_refused']);
    const at = (secondsFromNow: number): number => Math.floor(Date.now() / 1_000) + secondsFromNow;
    expect(await said({ exp: at(-60) })).toBe('sign_on_refused');
    // A provider that says from when on a token counts may be ahead of the gateway.
    expect(await said({ nbf: at(120), iat: at(120), exp: at(420) })).toBe(302);
    expect(await said({ nbf: at(300) })).toBe('sign_on_refused');
    for (const edge of [{ exp: at(3_600) + 0.5 }, { exp: 1e300 }])
      expect([edge, await said(edge)]).toEqual([edge, 302]);
    for (const edge of [
      { exp: '9999999999' },
      { exp: null },
      { iat: 'now' },
      { nbf: '0' },
      { aud: [CLIENT.id, 'another'] },
    ])
      expect([edge, await said(edge as object)]).toEqual([edge, 'sign_on_refused']);
    const flip = (token: string) =>
      token.replace(/\.(.)([^.]*)$/, (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`);
    expect(await said({}, flip)).toBe('sign_on_refused');
  });

  it('I-15 counts nothing that is signed in another way than with a key that the provider publishes', async () => {
    const { email, subject } = newcomer();
    const other = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(other.publicKey);
    const unsigned = (claims: JWTPayload): string =>
      `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
    const ways: Readonly<Record<string, (claims: JWTPayload) => Promise<string> | string>> = {
      none: unsigned,
      secret: (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(Buffer.from(CLIENT.secret)),
      'a key of its own': (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k', jwk }).sign(other.privateKey),
      'a key elsewhere': (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: 'x', jku: 'https://a.example/jwks' })
          .sign(other.privateKey),
      'another member that has to be understood': (claims) =>
        provider.sign(claims).then((token) => {
          const [, ...rest] = token.split('.');
          const header = { alg: 'RS256', kid: 'k', crit: ['b64'], b64: false };
          return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
        }),
    };
    for (const [way, signed] of Object.entries(ways)) {
      let nonce = '';
      const { back, browser } = await comeBack(subject, {
        edit: (url) => (nonce = url.searchParams.get('nonce') ?? ''),
      });
      const now = Math.floor(Date.now() / 1_000);
      const claims = { iss: provider.issuer, aud: CLIENT.id, sub: subject, nonce, iat: now, exp: now + 300 };
      const id_token = await signed({ ...claims, email, email_verified: true });
      provider.instead.set('/token', (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', id_token }));
      });
      const answer = await browser.get(back);
      provider.instead.clear();
      expect([way, await codeOf(answer)]).toEqual([way, 'sign_on_refused']);
    }
  });

  it('I-15 counts nothing that the user info says of somebody else, or in another form (OpenID Connect Core §5.3.2)', async () => {
    const said = async (claims: object, type = 'application/json'): Promise<string | number> => {
      const { email, subject } = newcomer();
      const { back, browser } = await comeBack(subject);
      provider.instead.set('/me', (_, response) => {
        const body = JSON.stringify({ sub: subject, email, email_verified: true, ...claims });
        response.writeHead(200, { 'content-type': type }).end(body);
      });
      const answer = await browser.get(back);
      provider.instead.clear();
      return answer.status === 302 ? 302 : codeOf(answer);
    };
    expect(await said({})).toBe(302);
    for (const sub of ['somebody else', '', 7, undefined])
      expect([sub, await said({ sub })]).toEqual([sub, 'sign_on_refused']);
    expect(await said({}, 'application/jwt')).toBe('sign_on_refused');
    for (const email_verified of [undefined, 'true', 1, null])
      expect([email_verified, await said({ email_verified })]).toEqual([
        email_verified,
        expect.stringMatching(/^sign_on_refused: .*verified/),
      ]);
  });

  it('gives nobody more who looks like somebody else: in e-mail, domain or groups', async () => {
    const twins = ['ann@c\u043erp.example', 'ann@corp.example\u200b', 'ann@x.example@corp.exampl\u0435'];
    for (const email of twins)
      expect([email, await codeOf((await signOn(newcomer({ email }).subject)).answer)]).toEqual([
        email,
        expect.stringMatching(/^sign_on_refused/),
      ]);
    const { subject } = newcomer({
      groups: ['d\u0435ciders', 'writers\u200b', 'DECIDERS', '__proto__', 'constructor'],
    });
    const { browser } = await signOn(subject);
    expect(expectOk((await sessionIn(browser)).answer).role).toBe('viewer');
  });

  it('keeps out of the log what a provider repeats of a request where its code of an error belongs', async () => {
    const { subject } = newcomer();
    const sent: string[] = [];
    const refused = async (error: (form: URLSearchParams) => string) => {
      const { back, browser } = await comeBack(subject);
      provider.instead.set('/token', async (request, response) => {
        const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
        const parts = [form.get('code'), form.get('code_verifier'), request.headers.authorization];
        sent.push(...parts.map((part) => String(part)));
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: error(form) }));
      });
      expect(await codeOf(await browser.get(back))).toBe('sign_on_refused');
      provider.instead.clear();
      return office.test.lines.at(-1)?.fields['why'];
    };
    expect(await refused(() => 'invalid_grant')).toBe('the provider says "invalid_grant"');
    await refused((form) => String(form.get('code')));
    await refused((form) => `wrong: ${form.get('code_verifier')}`);
    await refused(() => `client secret ${CLIENT.secret}`);
    const log = JSON.stringify(office.test.lines);
    expect(sent).toHaveLength(12);
    expect([...sent, CLIENT.secret].filter((one) => log.includes(one))).toEqual([]);
  });

  it('admits only whose e-mail is verified, and who is invited or of a domain', async () => {
    const unverified = newcomer({ email_verified: false });
    expect(await codeOf((await signOn(unverified.subject)).answer)).toMatch(/^sign_on_refused: .*verified/);
    for (const email of [
      'eve@evil.example@corp.example',
      '"eve@evil"@corp.example',
      '@corp.example',
      'a b@corp.example',
      7,
    ])
      expect([email, await codeOf((await signOn(newcomer({ email }).subject)).answer)]).toEqual([
        email,
        expect.stringMatching(/^sign_on_refused: .*names no e-mail/),
      ]);
    const stranger = newcomer({ email: 'eve@corp.example.evil.example' });
    expect(await codeOf((await signOn(stranger.subject)).answer)).toMatch(/^sign_on_refused: .*invitation/);
    const body = { email: 'guest@elsewhere.example', role: 'approver' } as const;
    expectOk(await office.admin.client.invitations.create({ body }));
    const guest = newcomer({ email: 'Guest@elsewhere.example' });
    const { browser } = await signOn(guest.subject);
    expect(expectOk((await sessionIn(browser)).answer)).toMatchObject({
      role: 'approver',
      person: { email: body.email },
    });
    const { items } = expectOk(await office.admin.client.invitations.list());
    expect(items[0]).toMatchObject({ email: body.email, state: 'accepted' });
    await office.gateway.store.people.members.remove('default', await memberOf(browser));
    expect(await codeOf((await signOn(guest.subject)).answer)).toMatch(/^sign_on_refused: not a member/);
  });

  it.each(['\u212Aarl', '\uff4barl'])(
    'is not linked with an account whose e-mail %s@… only looks like',
    async (name) => {
      const karl = await accountOf(`karl-${name.codePointAt(0)}@corp.example`);
      const { subject } = newcomer({ email: karl.email.replace('karl', name) });
      expect(await codeOf((await signOn(subject)).answer)).toMatch(/^sign_on_refused/);
    },
  );

  it('is linked with an account of a domain, unless somebody else is linked already', async () => {
    const outside = await office.somebody('viewer');
    const guess = newcomer({ email: outside.email });
    expect(await codeOf((await signOn(guess.subject)).answer)).toMatch(/^sign_on_refused: another account/);
    const inside = await accountOf('inside@corp.example');
    const own = newcomer({ email: 'inside@corp.example' });
    const { browser } = await signOn(own.subject);
    expect(expectOk((await sessionIn(browser)).answer).person.id).toBe(inside.person);
    const second = newcomer({ email: 'inside@corp.example' });
    expect(await codeOf((await signOn(second.subject)).answer)).toMatch(/^sign_on_refused: another account/);
  });

  it('leaves no way in to who had the account made elsewhere, once its e-mail brings it into the organisation', async () => {
    const elsewhere = await office.somebody('admin', await office.elsewhere());
    const { email, subject } = newcomer();
    // Who invites has the link too, whoever the e-mail belongs to.
    const squatter = await accountOf(email, elsewhere);
    const { device } = await withPasskey(squatter, office.gateway.url);
    expectOk(await office.admin.client.invitations.create({ body: { email, role: 'admin' } }));
    const { browser } = await signOn(subject);
    const own = expectOk((await sessionIn(browser)).answer);
    expect(own).toMatchObject({ organization: { id: 'default' }, role: 'admin', person: { email } });
    const body = { organization: 'default' };
    expect(problemOf(await squatter.client.session.switchOrganization({ body }))).toBe('unauthenticated');
    const { client } = office.visitor();
    expect(problemOf(await client.session.signIn({ body: { email, password: PASSWORD } }))).toBe(
      'wrong_credentials',
    );
    const presented = await signInWith(client, device);
    expect(problemOf(await client.passkeys.signIn({ body: presented }))).toBe('wrong_credentials');
  });

  it('counts as two factors where the provider says so, and not because its person has enrolled one here', async () => {
    const { subject } = newcomer({ groups: ['deciders'] });
    const { settings } = office.admin.client;
    const require = async (requireSecondFactor: boolean) => {
      const { version } = (await office.gateway.store.people.organizations.find('default')) ?? { version: 0 };
      const change = { requireSecondFactor };
      await office.gateway.store.people.organizations.change({ id: 'default', version }, change);
    };
    expect((await settings.read()).ok).toBe(true);
    await require(true);
    const one = await sessionIn((await signOn(subject)).browser);
    expect(await one.visitor.client.grants.list()).toMatchObject({
      problem: { code: 'second_factor_required', detail: expect.stringContaining('provider') },
    });
    provider.amr = ['pwd', 'mfa'];
    const two = await sessionIn((await signOn(subject)).browser);
    expect(await two.visitor.client.grants.list()).toMatchObject({ ok: true });
    await require(false);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:x',
    '/a b',
    '/\u0000',
    '',
  ])('leads nobody to %j afterwards', async (returnTo) => {
    const answer = await new Browser().get(at(`corp/start?returnTo=${encodeURIComponent(returnTo)}`));
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([422, null]);
  });
});

describe('a provider that is away or hostile', () => {
  const DISCOVERY = '/.well-known/openid-configuration';

  it('is a problem that says so, and is not asked again at once', async () => {
    clock.pass(DISCOVERY_MS);
    const before = provider.asked.get(DISCOVERY) ?? 0;
    provider.instead.set(
      DISCOVERY,
      (_, response) => void response.writeHead(302, { location: '/private' }).end(),
    );
    for (const _ of [1, 2]) {
      const answer = await new Browser().get(at('corp/start'));
      const text = await answer.text();
      expect(answer.status).toBe(502);
      expect(text).toContain('provider_unavailable');
      expect(text).not.toMatch(/127\.0\.0\.1|node_modules|at .*\.ts/);
    }
    expect([(provider.asked.get(DISCOVERY) ?? 0) - before, provider.asked.get('/private')]).toEqual([
      1,
      undefined,
    ]);
    clock.pass(DISCOVERY_MS);
    provider.instead.clear();
    expect((await new Browser().get(at('corp/start'))).status).toBe(302);
  });

  it('I-11 is bounded in time and size, and reached at special addresses only where that is allowed', async () => {
    await using server = await answering();
    const ask = (path: string, change: object = {}) =>
      exchangeText({
        url: `${server.url}${path}`,
        method: 'GET',
        headers: {},
        body: null,
        allowPrivate: true,
        proxy: undefined,
        maxBytes: 1_000,
        withinMs: 2_000,
        ...change,
      });
    expect(await ask('/1000')).toMatchObject({ status: 200, text: 'x'.repeat(1_000) });
    expect(await ask('/1001')).toEqual({ failure: expect.stringContaining('larger than 1000 bytes') });
    expect(await ask('/never', { withinMs: 100 })).toEqual({
      failure: expect.stringMatching(/100 ms|in time/),
    });
    expect(await ask('/redirect')).toMatchObject({ status: 302 });
    expect(await ask('/reset')).toMatchObject({ status: 205, text: '' });
    expect(await ask('/600')).toEqual({ failure: expect.stringContaining('found status 600') });
    expect(await ask('/interim')).toEqual({ failure: expect.stringContaining('interim answers') });
    const asked = server.asked();
    expect(await ask('/1000', { allowPrivate: false })).toEqual({
      failure: expect.stringContaining('private'),
    });
    expect(server.asked()).toBe(asked);
  });

  // The last one: what is kept of keys is from later than now afterwards.
  it('I-15 sees new keys of a provider within a minute, asks for them no more often, and guesses none', async () => {
    const { email, subject } = newcomer();
    const [old, next] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
    const named = async ({ publicKey }: typeof old, kid: string) => ({
      ...(await exportJWK(publicKey)),
      ...{ kid, use: 'sig', alg: 'RS256' },
    });
    const keys = [await named(old, 'old'), await named(next, 'next')];
    const json = (body: object) => (_: unknown, response: ServerResponse) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const published = (...those: object[]) => provider.instead.set('/jwks', json({ keys: those }));
    const systemNow = Date.now;
    const start = systemNow();
    /** Signs in with a token of this key so many seconds later; how that ends, and how often keys were asked for. */
    const signedBy = async (seconds: number, { privateKey }: typeof old, kid?: string) => {
      const asked = provider.asked.get('/jwks') ?? 0;
      let nonce = '';
      const { back, browser } = await comeBack(subject, {
        edit: (address) => (nonce = address.searchParams.get('nonce') ?? ''),
      });
      const iat = Math.floor(systemNow() / 1_000);
      const claims = { iss: provider.issuer, aud: CLIENT.id, sub: subject, nonce, iat, exp: iat + 300 };
      const id_token = await new SignJWT({ ...claims, email, email_verified: true })
        .setProtectedHeader({ alg: 'RS256', ...(kid === undefined ? {} : { kid }) })
        .sign(privateKey);
      provider.instead.set('/token', json({ access_token: 'a', token_type: 'Bearer', id_token }));
      // The library reads the system's clock for the age of what it keeps.
      const now = vi.spyOn(Date, 'now').mockImplementation(() => start + seconds * 1_000);
      const answer = await browser.get(back).finally(() => now.mockRestore());
      provider.instead.delete('/token');
      const outcome = answer.status === 302 ? 302 : await codeOf(answer);
      return [outcome, (provider.asked.get('/jwks') ?? 0) - asked];
    };
    const refused = 'sign_on_refused';
    published(keys[0] ?? {});
    expect(await signedBy(400, old, 'old')).toEqual([302, 1]);
    published(...keys);
    expect(await signedBy(459, next, 'next')).toEqual([refused, 0]);
    expect(await signedBy(460, next, 'next')).toEqual([302, 1]);
    expect(await signedBy(460, old, 'old')).toEqual([302, 0]);
    expect(await signedBy(519, next, 'unknown')).toEqual([refused, 0]);
    expect(await signedBy(519, next, 'old')).toEqual([refused, 0]);
    expect(await signedBy(519, next)).toEqual([refused, 0]);
    published(keys[1] ?? {});
    expect(await signedBy(820, next)).toEqual([302, 1]);
    expect(await signedBy(820, old, 'old')).toEqual([refused, 0]);
  });
});

async function memberOf(browser: Browser): Promise<string> {
  const { person } = expectOk((await sessionIn(browser)).answer);
  return (await office.gateway.store.people.members.ofPerson('default', person.id))?.id ?? '';
}

/** Who uses the link of an invitation for this e-mail: an account with a password, signed in. */
async function accountOf(email: string, by: Pick<Somebody, 'client'> = office.admin): Promise<Somebody> {
  const { link } = expectOk(await by.client.invitations.create({ body: { email, role: 'viewer' } }));
  const visitor = office.visitor();
  const body = { token: link.split('=')[1] ?? '', name: 'Bob', password: PASSWORD };
  const { person } = expectOk(await visitor.client.invitations.accept({ body }));
  return Object.assign(visitor, { email, person: person.id, member: '' });
}

/** Answers with as many characters as its path says, with a redirect, or never. */
async function answering() {
  let asked = 0;
  const server = createServer(({ url = '' }, response) => {
    asked += 1;
    if (url === '/redirect') response.writeHead(302, { location: '/1000' }).end();
    else if (url === '/reset')
      response.socket?.end('HTTP/1.1 205 Reset Content\r\ncontent-length: 2\r\n\r\nxx');
    else if (url === '/600') response.writeHead(600).end('x');
    else if (url === '/interim') response.socket?.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(2_000));
    else if (url !== '/never') response.end('x'.repeat(Number(url.slice(1))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
