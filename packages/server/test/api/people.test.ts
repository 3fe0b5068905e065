import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ATTEMPTS_MS,
  INVITATION_MS,
  SESSION_IDLE_MS,
  SESSION_MS,
  SETUP_CODE_MS,
} from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { bootGateway } from '../support/gateway.ts';
import {
  bootOffice,
  expectOk,
  NO_SERVER,
  type Office,
  PASSWORD,
  problemOf,
  type Somebody,
  sessionOf,
} from '../support/people.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { codeOf, enrol, invite, invitedElsewhere, newEmail } from './samples.ts';

const clock = movedClock(Date.UTC(2026, 5, 15, 12));
let office: Office;
beforeAll(async () => {
  office = await bootOffice({ clock });
});
afterAll(() => office[Symbol.asyncDispose]());

async function signIn(email: string, more: { password?: string; code?: string } = {}) {
  const visitor = office.visitor();
  const answer = await visitor.client.session.signIn({ body: { email, password: PASSWORD, ...more } });
  return { visitor, answer };
}

const isSignedIn = async ({ client }: Visitor): Promise<boolean> => (await client.session.read()).ok;

describe('the first person', () => {
  it('is made once, with the code of the newest start, within an hour', async () => {
    const own = movedClock(Date.UTC(2026, 5, 15));
    await using test = await bootGateway({ mcpServers: NO_SERVER, options: { clock: own } });
    const complete = (code: string) =>
      newVisitor({ url: test.gateway.url }).client.setup.complete({
        body: { code, organization: 'Acme', name: 'Ann', email: newEmail(), password: PASSWORD },
      });
    const first = test.gateway.setup?.code ?? '';
    await test.restart();
    expect(problemOf(await complete(first))).toBe('wrong_credentials');
    own.pass(SETUP_CODE_MS);
    expect(problemOf(await complete(test.gateway.setup?.code ?? ''))).toBe('wrong_credentials');
    await test.restart();
    const code = test.gateway.setup?.code ?? '';
    own.pass(SETUP_CODE_MS - 1);
    const both = await Promise.all([complete(code), complete(code.toLowerCase().replaceAll('-', ' '))]);
    expect(both.map(problemOf).sort()).toEqual(['none', 'wrong_credentials']);
    await test.restart();
    expect(test.gateway.setup).toBeUndefined();
    expect(problemOf(await complete(code))).toBe('wrong_credentials');
  });
});

describe('a session', () => {
  it('has a new id after every sign-in, and what the browser held before is over', async () => {
    const { email } = await office.somebody('viewer');
    const { answer, visitor } = await signIn(email);
    expectOk(answer);
    const fixed = newVisitor({ url: office.gateway.url, cookie: visitor.cookie });
    expectOk(await visitor.client.session.signIn({ body: { email, password: PASSWORD } }));
    expect(visitor.cookie).not.toBe(fixed.cookie);
    expect([await isSignedIn(visitor), await isSignedIn(fixed)]).toEqual([true, false]);
    const planted = newVisitor({ url: office.gateway.url, cookie: 'boomgate_session=planted' });
    expectOk(await planted.client.session.signIn({ body: { email, password: PASSWORD } }));
    expect(planted.cookie).not.toBe('boomgate_session=planted');
  });

  it('ends by signing out', async () => {
    const one = await office.somebody('viewer');
    const stolen = newVisitor({ url: office.gateway.url, cookie: one.cookie });
    expectOk(await one.client.session.signOut());
    expect([one.cookie, await isSignedIn(stolen)]).toEqual(['', false]);
  });

  it('ends when it is not used, and after its lifetime however much it is used', async () => {
    const idle = await office.somebody('viewer');
    clock.pass(SESSION_IDLE_MS - 1);
    expect(await isSignedIn(idle)).toBe(true);
    clock.pass(SESSION_IDLE_MS);
    expect(await isSignedIn(idle)).toBe(false);
    const busy = await office.somebody('viewer');
    for (let passed = 0; passed < SESSION_MS - SESSION_IDLE_MS / 2; passed += SESSION_IDLE_MS / 2) {
      expect(await isSignedIn(busy)).toBe(true);
      clock.pass(SESSION_IDLE_MS / 2);
    }
    clock.pass(SESSION_IDLE_MS / 2);
    expect(await isSignedIn(busy)).toBe(false);
    await renew(office.admin);
  });

  it('of a changed password is the only one that is left, under a new id', async () => {
    const one = await office.somebody('viewer');
    const { visitor: other } = await signIn(one.email);
    const before = newVisitor({ url: office.gateway.url, cookie: one.cookie });
    const next = 'another long enough password';
    expectOk(await one.client.account.changePassword({ body: { current: PASSWORD, next } }));
    expect(await Promise.all([one, other, before].map(isSignedIn))).toEqual([true, false, false]);
    expect(problemOf((await signIn(one.email)).answer)).toBe('wrong_credentials');
    expectOk((await signIn(one.email, { password: next })).answer);
  });

  it('cannot be had for an account without a password, whatever is given', async () => {
    const { people } = office.gateway.store;
    const invitation = {
      id: '0',
      organization: 'default',
      email: newEmail(),
      role: 'viewer',
    } as const;
    const expiresAtMs = clock.wallMs() + 1;
    await people.invitations.create({ ...invitation, createdBy: office.admin.person, expiresAtMs }, 'a hash');
    const newPerson = { id: 'nobody', email: invitation.email, name: 'Nobody' };
    await people.invitations.accept('a hash', { newPerson, memberId: 'member of nobody' });
    for (const password of ['a password that nobody has', 'undefined', 'null'])
      expect(problemOf((await signIn(invitation.email, { password })).answer)).toBe('wrong_credentials');
    const { client } = await sessionOf(office.gateway, 'nobody', 'default');
    const { changePassword } = client.account;
    expect(problemOf(await changePassword({ body: { current: 'x', next: PASSWORD } }))).toBe('no_password');
    expect(problemOf(await client.twoFactor.enrol({ body: { password: 'x' } }))).toBe('no_password');
  });

  it('turns to another organisation of the person, and to no other', async () => {
    const one = await office.somebody('viewer');
    const foreign = await office.elsewhere();
    const turn = (organization: string) => one.client.session.switchOrganization({ body: { organization } });
    expect(problemOf(await turn(foreign))).toBe('not_found');
    const { people } = office.gateway.store;
    await people.organizations.create({ id: 'mine', name: 'Mine' }, { id: 'm', person: one.person });
    expect(expectOk(await turn('mine'))).toMatchObject({ organization: { id: 'mine' }, role: 'admin' });
    expect(expectOk(await one.client.members.list()).items).toHaveLength(1);
    expectOk(await turn('default'));
    expect(problemOf(await one.client.members.list())).toBe('forbidden');
  });
});

/** A session that came to its end by the clock is begun anew. */
async function renew({ client }: Somebody): Promise<void> {
  expectOk(await client.session.signIn({ body: { email: 'ann@acme.example', password: PASSWORD } }));
}

describe('attempts', () => {
  it('are counted for each account, and count again when the time is over', async () => {
    const { email } = await office.somebody('viewer');
    const wrong = () => signIn(email, { password: 'wrong' });
    const answers = await Promise.all(Array.from({ length: 8 }, wrong));
    const codes = answers.map(({ answer }) => problemOf(answer)).sort();
    expect(codes).toEqual([...Array(3).fill('too_many_attempts'), ...Array(5).fill('wrong_credentials')]);
    const refused = (when: string) => ({
      problem: { code: 'too_many_attempts', detail: `too many attempts: the next one counts in ${when}` },
    });
    expect((await signIn(email)).answer).toMatchObject(refused('15 minutes'));
    clock.pass(ATTEMPTS_MS - 1);
    expect((await signIn(email)).answer).toMatchObject(refused('1 s'));
    clock.pass(1);
    expectOk((await signIn(email)).answer);
  });

  it('are counted for each address, over many accounts that do not exist', async () => {
    await using other = await bootOffice({ clock });
    const attempt = async () => {
      const body = { email: newEmail(), password: 'wrong' };
      return problemOf(await other.visitor().client.session.signIn({ body }));
    };
    const codes: string[] = [];
    for (let count = 0; count < 31; count += 1) codes.push(await attempt());
    expect(codes.slice(28)).toEqual(['wrong_credentials', 'wrong_credentials', 'too_many_attempts']);
  });
});

describe('a second factor', () => {
  it('is asked for from when it is confirmed, each code once, also when a recovery code', async () => {
    const one = await office.somebody('viewer');
    const { visitor: other } = await signIn(one.email);
    const secret = await enrol(one);
    expectOk((await signIn(one.email)).answer);
    const code = codeOf(secret, clock.wallMs());
    expect(problemOf(await one.client.twoFactor.confirm({ body: { code: '000000' } }))).toBe(
      'wrong_credentials',
    );
    const { recoveryCodes } = expectOk(await one.client.twoFactor.confirm({ body: { code } }));
    expect([recoveryCodes.length, await isSignedIn(one), await isSignedIn(other)]).toEqual([10, true, false]);

    const tries = async (typed?: string) =>
      problemOf((await signIn(one.email, typed === undefined ? {} : { code: typed })).answer);
    expect(await tries()).toBe('second_factor_needed');
    expect(await tries(code)).toBe('wrong_credentials');
    clock.pass(30_000);
    expect(await tries(codeOf(secret, clock.wallMs()))).toBe('none');
    const recovery = recoveryCodes[0] ?? '';
    expect(await tries(recovery.toLowerCase())).toBe('none');
    expect(await tries(recovery)).toBe('wrong_credentials');
  });

  it('can be given up with password and code, and not with one of them', async () => {
    const one = await office.somebody('viewer');
    const secret = await enrol(one);
    const { recoveryCodes } = expectOk(
      await one.client.twoFactor.confirm({ body: { code: codeOf(secret, clock.wallMs()) } }),
    );
    const [first = '', second = ''] = recoveryCodes;
    const give = async (body: { password: string; code: string }) =>
      problemOf(await one.client.twoFactor.disable({ body }));
    expect(await give({ password: PASSWORD, code: '000000' })).toBe('wrong_credentials');
    expect(await give({ password: 'wrong', code: first })).toBe('wrong_credentials');
    const body = { password: PASSWORD, code: second };
    const renewed = expectOk(await one.client.twoFactor.renewRecoveryCodes({ body }));
    expect(await give({ password: PASSWORD, code: first })).toBe('wrong_credentials');
    expect(await give({ password: PASSWORD, code: renewed.recoveryCodes[0] ?? '' })).toBe('none');
    expectOk((await signIn(one.email)).answer);
  });

  it('can be required of all members: without one nothing is left but to enrol it', async () => {
    await using other = await bootOffice({ clock });
    const read = await other.admin.client.settings.read();
    const ifMatch = (read.ok ? read.etag : undefined) ?? '';
    expectOk(await other.admin.client.settings.change({ body: { requireSecondFactor: true }, ifMatch }));
    expect(problemOf(await other.admin.client.members.list())).toBe('second_factor_required');
    const secret = await enrol(other.admin);
    expectOk(await other.admin.client.twoFactor.confirm({ body: { code: codeOf(secret, clock.wallMs()) } }));
    expectOk(await other.admin.client.members.list());
  });
});

describe('an invitation', () => {
  const accept = (token: string, password = PASSWORD, name?: string) =>
    office.visitor().client.invitations.accept({ body: { token, password, ...(name && { name }) } });

  it('works once, for its e-mail, with its role', async () => {
    const { email, token } = await invite(office);
    expect(problemOf(await accept(token))).toBe('invalid_input');
    const both = await Promise.all([accept(token, PASSWORD, 'Bob'), accept(token, PASSWORD, 'Eve')]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => ok)).toMatchObject({ body: { person: { email }, role: 'viewer' } });
    expect(problemOf(await accept(token, PASSWORD, 'Eve'))).toBe('not_found');
  });

  it('is nothing after it expired or was revoked', async () => {
    const [expired, revoked] = [await invite(office), await invite(office)];
    expectOk(await office.admin.client.invitations.revoke({ params: { invitation: revoked.id } }));
    expect(problemOf(await accept(revoked.token, PASSWORD, 'Bob'))).toBe('not_found');
    clock.pass(INVITATION_MS);
    await renew(office.admin);
    expect(problemOf(await accept(expired.token, PASSWORD, 'Bob'))).toBe('not_found');
    const states = expectOk(await office.admin.client.invitations.list({ query: { limit: 2 } })).items;
    expect(states.map(({ state }) => state)).toEqual(['revoked', 'expired']);
  });

  it('for somebody who has an account asks for its password', async () => {
    const foreign = await office.elsewhere();
    const known = await office.somebody('viewer', foreign);
    const { token } = await invite(office, known.email);
    expect(problemOf(await accept(token, 'a wrong password', 'Eve'))).toBe('wrong_credentials');
    const accepted = expectOk(await accept(token));
    expect(accepted.organizations.map(({ id }) => id).sort()).toEqual([foreign, 'default'].sort());
    const again = await office.admin.client.invitations.create({
      body: { email: known.email, role: 'admin' },
    });
    expect(problemOf(again)).toBe('already_member');
  });
});

describe('an invitation of who is signed in', () => {
  it('makes them a member without a password, which they may not have, and leaves their session where it is', async () => {
    const known = await office.somebody('viewer');
    const { token } = await invitedElsewhere(office, known);
    const joined = expectOk(await known.client.invitations.join({ body: { token } }));
    expect(joined).toMatchObject({ role: 'viewer' });
    const { organization, organizations } = expectOk(await known.client.session.read());
    expect(organization.id).toBe('default');
    expect(organizations.map(({ id }) => id).sort()).toEqual(['default', joined.organization.id].sort());
    expect(problemOf(await known.client.invitations.join({ body: { token } }))).toBe('not_found');
  });

  it('is for nobody else, and for no API key', async () => {
    const known = await office.somebody('admin');
    const { token } = await invitedElsewhere(office, known);
    const other = await office.somebody('admin');
    expect(await other.client.invitations.join({ body: { token } })).toMatchObject({
      status: 403,
      problem: { code: 'forbidden', detail: expect.stringContaining('for another e-mail') },
    });
    const body = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
    const { key } = expectOk(await known.client.apiKeys.create({ body }));
    const byKey = office.visitor({ apiKey: key }).client;
    expect(problemOf(await byKey.invitations.join({ body: { token } }))).toBe('person_required');
    expectOk(await known.client.invitations.join({ body: { token } }));
  });
});

describe('an API key', () => {
  async function keyOf(maker: Somebody, role: 'admin' | 'viewer') {
    const body = { name: 'script', role, expiresInDays: 1 };
    const made = expectOk(await maker.client.apiKeys.create({ body }));
    return { id: made.id, client: office.visitor({ apiKey: made.key }).client };
  }

  it('needs neither cookie nor CSRF token, says who made it, and expires', async () => {
    const { client } = await keyOf(office.admin, 'admin');
    expect(expectOk(await client.session.read())).toMatchObject({ person: { id: office.admin.person } });
    expectOk(await client.invitations.create({ body: { email: newEmail(), role: 'viewer' } }));
    clock.pass(24 * 60 * 60 * 1_000);
    expect(problemOf(await client.session.read())).toBe('unauthenticated');
    await renew(office.admin);
  });

  it('is used from its networks alone, and who is elsewhere is named', async () => {
    const make = async (networks: string[]) =>
      expectOk(
        await office.admin.client.apiKeys.create({
          body: { name: 'bound', role: 'viewer', expiresInDays: 1, networks },
        }),
      );
    const [here, elsewhere] = [await make(['127.0.0.0/8', '::1']), await make(['203.0.113.0/24'])];
    expectOk(await office.visitor({ apiKey: here.key }).client.session.read());
    expect(await office.visitor({ apiKey: elsewhere.key }).client.session.read()).toMatchObject({
      status: 403,
      problem: { code: 'other_network', detail: 'it is bound to networks, and 127.0.0.1 is in none of them' },
    });
    const { items } = expectOk(await office.admin.client.apiKeys.list());
    const unused = items.find(({ id }) => id === elsewhere.id);
    expect([unused?.networks, unused?.lastUsedAt]).toEqual([['203.0.113.0/24'], undefined]);
    expect(items.find(({ id }) => id === here.id)?.lastUsedAt).toBe(new Date(clock.wallMs()).toISOString());
    const rows = () => office.gateway.store.audit.query({ action: 'request.refused', limit: 99 });
    await expect
      .poll(async () => (await rows()).map(({ after }) => after?.['reason']))
      .toContain('other_network');
    expect((await rows()).find(({ after }) => after?.['reason'] === 'other_network')?.actor).toMatchObject({
      kind: 'api_key',
      id: elsewhere.id,
    });
  });

  it('ends when it is revoked', async () => {
    const { client, id } = await keyOf(office.admin, 'viewer');
    expectOk(await office.admin.client.apiKeys.revoke({ params: { apiKey: id } }));
    expect(problemOf(await client.session.read())).toBe('unauthenticated');
  });

  it('may never do more than who made it may now, and ends with their membership', async () => {
    const maker = await office.somebody('admin');
    const { client } = await keyOf(maker, 'admin');
    expectOk(await client.members.list());
    const params = { member: maker.member };
    expectOk(await office.admin.client.members.changeRole({ params, body: { role: 'viewer' } }));
    expect(problemOf(await client.members.list())).toBe('forbidden');
    expectOk(await office.admin.client.members.remove({ params }));
    expect(problemOf(await client.session.read())).toBe('unauthenticated');
    expect(await isSignedIn(maker)).toBe(false);
  });
});
