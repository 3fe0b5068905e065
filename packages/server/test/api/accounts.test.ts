import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATTEMPTS_MS } from '../../src/limits/index.ts';
import { MINUTE_MS } from '../../src/store/conformance/fixtures.ts';
import { movedClock } from '../cases/support/time.ts';
import { bootOffice, expectOk, type Office, PASSWORD, problemOf, sessionOf } from '../support/people.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const clock = movedClock(Date.UTC(2026, 5, 15, 12));
let office: Office;
beforeAll(async () => {
  office = await bootOffice({ clock });
});
afterAll(() => office[Symbol.asyncDispose]());

const isSignedIn = async ({ client }: Visitor): Promise<boolean> => (await client.session.read()).ok;
const newest = (action: string) => office.gateway.store.audit.query({ action, limit: 1 });

describe('the name of an account', () => {
  it('is changed by its person, and others see it; each of their organisations has a row', async () => {
    const one = await office.somebody('viewer');
    const elsewhere = await office.elsewhere();
    await office.join(one, elsewhere);
    const changed = expectOk(await one.client.account.change({ body: { name: '  Zoë Ærø ' } }));
    expect(changed.person).toMatchObject({ name: 'Zoë Ærø', email: one.email });
    expect(expectOk(await one.client.session.read()).person.name).toBe('Zoë Ærø');
    const { items } = expectOk(await office.admin.client.members.list({ query: { limit: 100 } }));
    expect(items.find(({ id }) => id === one.member)?.name).toBe('Zoë Ærø');
    const rows = await office.gateway.store.audit.query({ action: 'account.renamed', limit: 9 });
    expect(rows.map(({ organization }) => organization).sort()).toEqual([elsewhere, 'default'].sort());
    expect(rows[0]).toMatchObject({
      actor: { kind: 'person', id: one.person, via: 'dashboard', address: '127.0.0.1' },
      before: { name: 'viewer' },
      after: { name: 'Zoë Ærø' },
    });
  });

  it('is changed five times in a quarter of an hour at most, each of which all their organisations note', async () => {
    const one = await office.somebody('viewer');
    const rename = (name: string) => one.client.account.change({ body: { name } });
    for (const name of ['A', 'B', 'C', 'D', 'E']) expectOk(await rename(name));
    expect(problemOf(await rename('F'))).toBe('too_many_attempts');
    expectOk(await (await office.somebody('viewer')).client.account.change({ body: { name: 'F' } }));
    clock.pass(ATTEMPTS_MS);
    expectOk(await rename('G'));
  });

  it('is no empty or long one, and holds nothing that nobody sees', async () => {
    const one = await office.somebody('viewer');
    for (const name of ['', '   ', 'x'.repeat(101), 'Ann\u202e', 'An\nn'])
      expect(problemOf(await one.client.account.change({ body: { name } }))).toBe('invalid_input');
    expect(expectOk(await one.client.session.read()).person.name).toBe('viewer');
  });
});

describe('the sessions of a person', () => {
  it('are listed with where and how they began, and end one by one', async () => {
    const one = await office.somebody('viewer');
    clock.pass(MINUTE_MS);
    const other = office.visitor();
    expectOk(await other.client.session.signIn({ body: { email: one.email, password: PASSWORD } }));
    const { sessions } = expectOk(await one.client.account.sessions());
    const [newer, older] = sessions;
    expect(sessions).toMatchObject([
      { organization: 'Acme', by: 'password', isThis: false },
      { organization: 'Acme', by: 'password', isThis: true },
    ]);
    expect(Date.parse(newer?.beganAt ?? '') - Date.parse(older?.beganAt ?? '')).toBe(MINUTE_MS);
    const session = newer?.id ?? '';
    const stranger = await office.somebody('admin');
    expect(problemOf(await stranger.client.account.endSession({ params: { session } }))).toBe('not_found');
    expectOk(await one.client.account.endSession({ params: { session } }));
    expect([await isSignedIn(one), await isSignedIn(other)]).toEqual([true, false]);
    expect(problemOf(await one.client.account.endSession({ params: { session } }))).toBe('not_found');
    expect(await newest('session.ended')).toMatchObject([{ actor: { id: one.person } }]);
    expectOk(await one.client.account.endSession({ params: { session: older?.id ?? '' } }));
    expect(one.cookie).toBe('');
  });

  it('say which browser they began in, however that was, in words of ours', async () => {
    const one = await office.somebody('viewer');
    const signedIn = async (userAgent: string) => {
      const browser = office.visitor();
      browser.headers = { 'user-agent': userAgent };
      expectOk(await browser.client.session.signIn({ body: { email: one.email, password: PASSWORD } }));
      return browser;
    };
    const phone = await signedIn('Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0');
    await signedIn('\u00ff<b>mine</b>/1.0');
    clock.pass(MINUTE_MS);
    await signedIn(`Mozilla/5.0 (X11; Linux x86_64) ${'x'.repeat(6_000)} Firefox/140.0`);
    const devices = async () => {
      const { sessions } = expectOk(await one.client.account.sessions());
      return sessions.map(({ device }) => device ?? 'unknown').sort();
    };
    expect(await devices()).toEqual(['Firefox on Android', 'Linux', 'unknown', 'unknown']);
    const body = { current: PASSWORD, next: 'another horse battery' };
    expectOk(await phone.client.account.changePassword({ body }));
    const { sessions } = expectOk(await phone.client.account.sessions());
    expect(sessions).toMatchObject([{ isThis: true, device: 'Firefox on Android' }]);
  });

  it('of a member are ended by an admin, in whichever organisation they are', async () => {
    const one = await office.somebody('viewer');
    const elsewhere = await office.elsewhere();
    await office.join(one, elsewhere);
    const there = await sessionOf(office.gateway, one.person, elsewhere);
    expect(await isSignedIn(there)).toBe(true);
    const stranger = await office.somebody('admin', elsewhere);
    const of = { params: { member: one.member } };
    expect(problemOf(await stranger.client.members.endSessions(of))).toBe('not_found');
    expectOk(await office.admin.client.members.endSessions(of));
    expect([await isSignedIn(one), await isSignedIn(there)]).toEqual([false, false]);
    expect(await newest('sessions.ended')).toMatchObject([
      { organization: 'default', actor: { id: office.admin.person }, target: { id: one.member } },
    ]);
    expectOk(
      await office.visitor().client.session.signIn({ body: { email: one.email, password: PASSWORD } }),
    );
  });
});

describe('who leaves an organisation', () => {
  it('is out at once with their keys, and stays where else they are a member', async () => {
    const one = await office.somebody('admin');
    const elsewhere = await office.elsewhere();
    await office.join(one, elsewhere);
    const there = await sessionOf(office.gateway, one.person, elsewhere);
    const here = newVisitor({ url: office.gateway.url, cookie: one.cookie });
    const body = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
    const script = office.visitor({ apiKey: expectOk(await one.client.apiKeys.create({ body })).key });
    expectOk(await one.client.account.leave());
    expect(one.cookie).toBe('');
    expect(await Promise.all([here, script, there].map(isSignedIn))).toEqual([false, false, true]);
    const target = { kind: 'member', id: one.member, name: one.email };
    const [row] = await newest('member.left');
    expect(row).toMatchObject({ organization: 'default', target, before: { role: 'admin' } });
    expect(row?.actor).toMatchObject({ kind: 'person', id: one.person });
  });

  it('is not its last admin', async () => {
    const elsewhere = await office.elsewhere();
    const [founder] = await office.gateway.store.people.members.list(elsewhere, { limit: 9 });
    const alone = await sessionOf(office.gateway, founder?.person ?? '', elsewhere);
    expect(problemOf(await alone.client.account.leave())).toBe('last_admin');
    expect(await isSignedIn(alone)).toBe(true);
  });
});
