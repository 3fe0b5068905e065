import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashToken, mintSecret } from '../../src/identity/index.ts';
import { LOGOUT_TOKEN_S, PUBLIC_BODY_BYTES } from '../../src/limits/index.ts';
import { GATEWAY } from '../../src/store/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { bootGateway } from '../support/gateway.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { Browser, CLIENT, newcomerAt, type OidcProvider, openOidcProvider } from '../support/oidc.ts';
import { signInWith, withPasskey } from '../support/passkeys.ts';
import {
  bootOffice,
  expectOk,
  NO_SERVER,
  type Office,
  PASSWORD,
  problemOf,
  sessionOf,
} from '../support/people.ts';
import { until } from '../support/programs.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const HOUR_MS = 3_600_000;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const clock = movedClock(Date.now());
let office: Office;
let mailbox: Mailbox;
let provider: OidcProvider;

const corp = () => ({
  issuer: provider.issuer,
  client_id: CLIENT.id,
  client_secret: CLIENT.secret,
  allowed_domains: ['corp.example'],
  groups: { admins: 'admin' },
});
const REQUIRED = { only: 'providers' };

beforeAll(async () => {
  provider = await openOidcProvider(() => [at('callback')]);
  mailbox = await openMailbox();
  const mail = { url: mailbox.url, from: 'gate@acme.example' };
  office = await bootOffice({ clock }, { more: { mail, signIn: { providers: { corp: corp() } } } });
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});
beforeEach(() => configure({}));
afterEach(() => clock.step(Date.now() - clock.wallMs()));

const at = (path: string, by = 'corp'): string => `${office.gateway.url}/api/v1/session/oidc/${by}/${path}`;

/** Has the gateway go by other settings of the sign-in, and of providers: as declared unless it is said otherwise. */
async function configure(
  signIn: object,
  providers: Readonly<Record<string, object>> = { corp: corp() },
): Promise<void> {
  const { configFile, lines } = office.test;
  const before = await readFile(configFile, 'utf8');
  const after = JSON.stringify({ ...JSON.parse(before), signIn: { ...signIn, providers } });
  if (after === before) return;
  const reloads = () => lines.filter(({ message }) => message === 'configuration reloaded').length;
  const seen = reloads();
  await writeFile(configFile, after);
  await until(() => reloads() > seen);
}

const newcomer = (known: object = {}) => newcomerAt(provider, known);

/** Signs somebody in whom a provider knows, in a new browser. */
async function signOn(subject: string, { url } = office.gateway, known = provider) {
  known.nextSubject = subject;
  const browser = new Browser();
  const oidc = `${url}/api/v1/session/oidc/corp`;
  const back = await browser.follow(`${oidc}/start`, (address) => address.startsWith(`${oidc}/callback`));
  const answer = await browser.get(back);
  const token = browser.jars.get(url)?.get('boomgate_session /')?.value ?? '';
  const cookie = `boomgate_session=${token}`;
  const first = await newVisitor({ url, cookie }).client.session.read();
  const csrf = first.ok ? first.body.csrf : undefined;
  return { answer, browser, ...newVisitor({ url, cookie, ...(csrf === undefined ? {} : { csrf }) }) };
}

const stateOf = async ({ client }: Pick<Visitor, 'client'>) => problemOf(await client.session.read());

describe('an organisation whose members sign in by a provider alone', () => {
  it('refuses the sessions that were there, from the next request on, and every other way in', async () => {
    const somebody = await office.somebody('admin');
    const { email } = somebody;
    const { device } = await withPasskey(somebody, office.gateway.url);
    const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
    const apiKey = office.visitor({ apiKey: expectOk(await somebody.client.apiKeys.create({ body })).key });
    const member = await signOn(newcomer().subject);
    expect([await stateOf(somebody), await stateOf(member)]).toEqual(['none', 'none']);
    await configure(REQUIRED);
    expect([await stateOf(somebody), await stateOf(member)]).toEqual(['unauthenticated', 'none']);
    const { client } = office.visitor();
    const wrong = { email, password: 'not the password of anybody' };
    expect([
      problemOf(await client.session.signIn({ body: wrong })),
      problemOf(await client.session.signIn({ body: { email, password: PASSWORD } })),
      problemOf(await client.passkeys.signIn({ body: await signInWith(client, device) })),
      problemOf(await apiKey.client.members.list()),
    ]).toEqual(['wrong_credentials', 'provider_required', 'provider_required', 'none']);
    expect(expectOk(await member.client.session.read()).organization.requiresProvider).toBe(true);
    expect(expectOk(await client.signOn.providers()).requiredOf).toBe('all');
    await configure({});
    expect([await stateOf(somebody), await stateOf(member)]).toEqual(['none', 'none']);
    expect(expectOk(await client.signOn.providers()).requiredOf).toBe('nobody');
  });

  it('lets nobody make a password or a passkey, and accepts its invitations by the provider alone', async () => {
    const { email, subject } = newcomer({ groups: ['admins'] });
    const admin = await signOn(subject);
    const old = await office.somebody('viewer');
    const { passwordResets } = office.gateway.store.people;
    const reset = mintSecret('bgr_');
    const link = { person: old.person, tokenHash: reset.hash, expiresAtMs: Date.now() + HOUR_MS };
    expect(await passwordResets.open(link, GATEWAY)).toBe(true);
    await configure(REQUIRED);
    const { client } = office.visitor();
    const invited = newcomer({ email: 'guest@else.example' });
    const made = expectOk(
      await admin.client.invitations.create({ body: { email: 'guest@else.example', role: 'approver' } }),
    );
    const token = made.link.split('=')[1] ?? '';
    const next = `${PASSWORD}, another`;
    const begun = { name: 'laptop', state: 'x', credential: '{}' };
    expect(expectOk(await client.invitations.preview({ body: { token } })).requiresProvider).toBe(true);
    expect([
      problemOf(await client.invitations.accept({ body: { token, name: 'Bob', password: PASSWORD } })),
      problemOf(await admin.client.invitations.join({ body: { token } })),
      problemOf(await admin.client.account.changePassword({ body: { current: PASSWORD, next } })),
      problemOf(await admin.client.passkeys.begin({ body: {} })),
      problemOf(await admin.client.passkeys.add({ body: begun })),
      problemOf(await client.passwords.reset({ body: { token: reset.token, password: next } })),
      problemOf(
        await client.setup.complete({
          body: { code: 'x', organization: 'x', name: 'x', email, password: PASSWORD },
        }),
      ),
    ]).toEqual(Array.from({ length: 7 }, () => 'provider_required'));
    const joined = await signOn(invited.subject);
    expect(expectOk(await joined.client.session.read())).toMatchObject({ role: 'approver' });
    expect(await passwordResets.find(hashToken(reset.token))).toBe(old.person);
  });

  it('leaves the other organisations of its members as they are, and turns no session of theirs to itself', async () => {
    const elsewhere = await office.elsewhere();
    const both = await office.somebody('viewer');
    await office.join(both, elsewhere);
    await configure(REQUIRED);
    const visitor = office.visitor();
    expect(expectOk(await visitor.client.signOn.providers()).requiredOf).toBe('some');
    const body = { email: both.email, password: PASSWORD };
    const there = expectOk(await visitor.client.session.signIn({ body }));
    expect(there.organization).toMatchObject({ id: elsewhere, requiresProvider: false });
    const turned = await visitor.client.session.switchOrganization({ body: { organization: 'default' } });
    expect([problemOf(turned), await stateOf(visitor)]).toEqual(['provider_required', 'none']);
    const change = { current: PASSWORD, next: PASSWORD };
    expect(problemOf(await visitor.client.account.changePassword({ body: change }))).toBe('none');
    const { sessions } = expectOk(await visitor.client.account.sessions());
    expect(sessions.map(({ by, organization }) => [by, organization])).toEqual([['password', 'Elsewhere']]);
    const member = await office.somebody('viewer');
    for (const { email } of [member, both])
      expectOk(await office.visitor().client.passwords.forgot({ body: { email } }));
    const written = () => mailbox.letters.flatMap(({ to }) => to);
    await until(() => written().includes(both.email));
    expect(written()).not.toContain(member.email);
  });

  it('has its first admin come by the provider, and says while none is there', async () => {
    let callback = '';
    await using known = await openOidcProvider(() => [callback]);
    await using fresh = await bootGateway({
      mcpServers: NO_SERVER,
      more: { signIn: { ...REQUIRED, providers: { corp: { ...corp(), issuer: known.issuer } } } },
    });
    callback = `${fresh.gateway.url}/api/v1/session/oidc/corp/callback`;
    for (const [subject, groups] of [
      ['viewer', []],
      ['admin', ['admins']],
    ] as const)
      known.accounts.set(subject, { email: `${subject}@corp.example`, email_verified: true, groups });
    const { client } = newVisitor({ url: fresh.gateway.url });
    const told = () =>
      fresh.lines.filter(({ message }) => message.startsWith('members sign in by a provider alone'));
    expect([fresh.gateway.setup, expectOk(await client.setup.read()).isNeeded]).toEqual([undefined, false]);
    expect(told()).toHaveLength(1);
    const early = await signOn('viewer', fresh.gateway, known);
    expect([early.answer.status, await stateOf(early)]).toEqual([403, 'unauthenticated']);
    const first = await signOn('admin', fresh.gateway, known);
    expect(expectOk(await first.client.session.read())).toMatchObject({ role: 'admin' });
    await fresh.restart();
    expect(told()).toHaveLength(1);
  });

  it('is not declared without a provider: the file is refused, and what was in force stays', async () => {
    const { configFile, lines } = office.test;
    const member = await signOn(newcomer().subject);
    const before = await readFile(configFile, 'utf8');
    await writeFile(configFile, JSON.stringify({ ...JSON.parse(before), signIn: REQUIRED }));
    await until(() => lines.some(({ message }) => message.startsWith('the configuration was not reloaded')));
    expect([await stateOf(office.admin), await stateOf(member)]).toEqual(['none', 'none']);
  });
});

describe('a session by a provider', () => {
  it('counts while its provider is declared as it was', async () => {
    const member = await signOn(newcomer().subject);
    const moved = { ...corp(), issuer: 'https://login.elsewhere.example' };
    for (const others of [{}, { other: corp() }, { corp: moved }]) {
      await configure({}, others);
      expect([others, await stateOf(member)]).toEqual([others, 'unauthenticated']);
      await configure({});
      expect(await stateOf(member)).toBe('none');
    }
    await configure({}, { corp: { ...corp(), name: 'Another', allowed_domains: [] } });
    expect(await stateOf(member)).toBe('none');
  });

  it('does not begin where the provider is taken out of the file while it answers', async () => {
    const { email, subject } = newcomer();
    provider.instead.set('/token', async (request, response) => {
      provider.instead.delete('/token');
      await configure({}, {});
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const headers = { authorization, 'content-type': type };
      const answered = await fetch(`${provider.issuer}/token`, {
        ...{ method: 'POST', headers, body: await text(request) },
      });
      response.writeHead(answered.status, { 'content-type': 'application/json' });
      response.end(await answered.text());
    });
    const { answer } = await signOn(subject);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'sign_on_stale' }]);
    expect(await office.gateway.store.people.accounts.findByEmail(email)).toBeUndefined();
  });

  it('does not count where it is from before issuers were kept', async () => {
    const member = await signOn(newcomer().subject);
    const { person } = expectOk(await member.client.session.read());
    const { hash, token } = mintSecret('bgs_');
    const old = { id: 'corp', askedSecondFactor: true };
    const { personSessions } = office.gateway.store.people;
    await personSessions.begin({ hash, person: person.id, organization: 'default', provider: old });
    const visitor = newVisitor({ url: office.gateway.url, cookie: `boomgate_session=${token}` });
    expect(await stateOf(visitor)).toBe('unauthenticated');
  });

  it('lasts as many hours as the provider is declared with, and no session by a password less', async () => {
    await configure({}, { corp: { ...corp(), session_hours: 2 } });
    const member = await signOn(newcomer().subject);
    const somebody = await office.somebody('viewer');
    const { expiresAt } = expectOk(await member.client.session.read());
    expect(Math.abs(Date.parse(expiresAt) - (clock.wallMs() + 2 * HOUR_MS))).toBeLessThan(60_000);
    clock.pass(2 * HOUR_MS - 60_000);
    expect(await stateOf(member)).toBe('none');
    clock.pass(61_000);
    expect([await stateOf(member), await stateOf(somebody)]).toEqual(['unauthenticated', 'none']);
  });
});

describe('a logout that a provider tells', () => {
  const seconds = () => Math.floor(clock.wallMs() / 1_000);
  const claimsOf = (change: JWTPayload = {}): JWTPayload => ({
    iss: provider.issuer,
    aud: CLIENT.id,
    iat: seconds(),
    exp: seconds() + 120,
    jti: crypto.randomUUID(),
    events: { [EVENT]: {} },
    ...change,
  });
  const tell = (body: string | URLSearchParams, headers: Readonly<Record<string, string>> = {}) =>
    fetch(at('backchannel-logout'), { method: 'POST', headers, body });
  const told = async (change: JWTPayload) =>
    tell(new URLSearchParams({ logout_token: await provider.sign(claimsOf(change)) }));

  it('ends the sessions of its subject in every organisation, once, and leaves what is not by it', async () => {
    const [one, other] = [newcomer(), newcomer()];
    const browsers = [await signOn(one.subject), await signOn(one.subject)] as const;
    const [stays, elsewhere] = [await signOn(other.subject), await office.elsewhere()];
    const { person } = expectOk(await browsers[0].client.session.read());
    await office.join({ ...office.admin, email: one.email }, elsewhere);
    expectOk(await browsers[0].client.session.switchOrganization({ body: { organization: elsewhere } }));
    const byPassword = await sessionOf(office.gateway, person.id, elsewhere);
    const claims = { sub: one.subject, jti: 'the first' };
    const answer = await told(claims);
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([
      200,
      '',
      'no-store',
    ]);
    const left = [...browsers, stays, byPassword];
    expect(await Promise.all(left.map(stateOf))).toEqual([
      'unauthenticated',
      'unauthenticated',
      'none',
      'none',
    ]);
    const again = await signOn(one.subject);
    const repeated = await told(claims);
    expect([repeated.status, repeated.headers.get('cache-control')]).toEqual([400, 'no-store']);
    expect(await stateOf(again)).toBe('none');
    const rows = await office.gateway.store.audit.query({ action: 'sessions.ended', limit: 2 });
    expect(rows.map(({ organization }) => organization).sort()).toEqual(['default', elsewhere].sort());
    expect(rows[0]).toMatchObject({ after: { by: 'provider', sessions: 2 }, target: { id: person.id } });
  });

  it('counts for nothing that is not a logout token of the provider, for this gateway and for now', async () => {
    const { subject: sub } = newcomer();
    const member = await signOn(sub);
    const good = { sub };
    const wrong: readonly JWTPayload[] = [
      { ...good, iss: 'https://evil.example' },
      { ...good, aud: 'another' },
      { ...good, exp: seconds() - 31 },
      { ...good, exp: seconds() + 9 * LOGOUT_TOKEN_S, iat: seconds() - LOGOUT_TOKEN_S },
      { ...good, iat: seconds() + LOGOUT_TOKEN_S + 60, exp: seconds() + 2 * LOGOUT_TOKEN_S },
      { ...good, nonce: 'n' },
      { ...good, events: {} },
      { ...good, events: { [EVENT]: true } },
      { ...good, events: [EVENT] },
      { ...good, jti: '' },
      { ...good, jti: '\ud800' },
      { sub: `${sub}\0` },
      { ...good, sub: 7 as unknown as string, sid: 's' },
      {},
    ];
    for (const change of wrong) {
      const answer = await told(change);
      expect([change, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        change,
        400,
        'logout_refused',
      ]);
    }
    for (const missing of ['iat', 'exp', 'jti', 'aud', 'iss', 'events']) {
      const { [missing]: _, ...rest } = claimsOf(good);
      const answer = await tell(new URLSearchParams({ logout_token: await provider.sign(rest) }));
      expect([missing, answer.status]).toEqual([missing, 400]);
    }
    const [header = '', payload = '', signature = ''] = (await provider.sign(claimsOf(good))).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const another = await provider.sign(claimsOf(good), { typ: 'at+jwt' });
    const other = Buffer.from(JSON.stringify(claimsOf(good))).toString('base64url');
    const texts = ['', 'x', 'a.b.c', `${none}.${payload}.`, `${header}.${other}.${signature}`];
    for (const logout_token of [...texts, another, `${header}.${payload}`])
      expect([logout_token, (await tell(new URLSearchParams({ logout_token }))).status]).toEqual([
        logout_token,
        400,
      ]);
    const token = await provider.sign(claimsOf(good));
    const twice = new URLSearchParams([
      ['logout_token', token],
      ['logout_token', token],
    ]);
    expect((await tell(twice)).status).toBe(400);
    expect(
      (await tell(JSON.stringify({ logout_token: token }), { 'content-type': 'application/json' })).status,
    ).toBe(415);
    expect((await tell(new URLSearchParams({ logout_token: 'x'.repeat(PUBLIC_BODY_BYTES) }))).status).toBe(
      413,
    );
    expect((await fetch(at('backchannel-logout', 'nobody'), { method: 'POST', body: twice })).status).toBe(
      404,
    );
    expect(await stateOf(member)).toBe('none');
  });

  it('ends the one session that the provider has ended there, when it sends its own token', async () => {
    const { subject } = newcomer();
    const [one, other] = [await signOn(subject), await signOn(subject)];
    const { personSessions } = office.gateway.store.people;
    const { person } = expectOk(await one.client.session.read());
    const names = (await personSessions.ofPerson(person.id)).map((each) => each.provider?.issuerSession);
    expect(new Set(names).size).toBe(2);
    const end = `${provider.issuer}/session/end?client_id=${CLIENT.id}`;
    const page = await (await one.browser.get(end)).text();
    const answer = await one.browser.submit(end, page, { logout: 'yes' });
    expect(answer.status).toBe(303);
    await until(async () => (await stateOf(one)) === 'unauthenticated');
    expect(await stateOf(other)).toBe('none');
    expect((await told({ sid: names[0] ?? '' })).status).toBe(200);
    expect((await told({ sid: names[1] ?? '' })).status).toBe(200);
    expect(await stateOf(other)).toBe('unauthenticated');
  });
});
