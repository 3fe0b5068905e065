import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../src/identity/index.ts';
import { ATTEMPTS_PER_ACCOUNT, PASSWORD_LINK_MS } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { signInWith, withPasskey } from '../support/passkeys.ts';
import { bootOffice, expectOk, type Office, PASSWORD, problemOf } from '../support/people.ts';
import { codeOf, enrol, newEmail } from './samples.ts';

const clock = movedClock(Date.UTC(2026, 5, 15, 12));
const NEXT = 'another horse battery staple';
let office: Office;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  const mail = { url: mailbox.url, from: 'gate@acme.example' };
  office = await bootOffice({ clock }, { more: { mail } });
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

const forgot = (email: string) => office.visitor().client.passwords.forgot({ body: { email } });
const reset = (token: string, password = NEXT) =>
  office.visitor().client.passwords.reset({ body: { token, password } });
const signIn = (email: string, password: string, code?: string) => {
  const body = { email, password, ...(code === undefined ? {} : { code }) };
  return office.visitor().client.session.signIn({ body });
};

/** The token in the newest letter to somebody, once there are so many. */
async function mailed(email: string, letters = 1): Promise<string> {
  const own = () => mailbox.letters.filter(({ to }) => to.includes(email));
  await vi.waitFor(() => expect(own()).toHaveLength(letters));
  // Quoted-printable breaks long lines with "=", and writes "=" as "=3D".
  const text = own().at(-1)?.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
  return (
    new RegExp(`${office.gateway.url}/#(?:reset|invitation)=(bg[ri]_[0-9A-Za-z]+)`).exec(text)?.[1] ?? ''
  );
}

describe('a forgotten password', () => {
  it('K-11 is replaced by a link that works once; all sessions end and the second factor stays', async () => {
    const one = await office.somebody('viewer');
    const secret = await enrol(one);
    expectOk(await one.client.twoFactor.confirm({ body: { code: codeOf(secret, clock.wallMs()) } }));
    expectOk(await forgot(one.email.toUpperCase()));
    const token = await mailed(one.email);
    expectOk(await reset(token));
    expect((await one.client.session.read()).ok).toBe(false);
    expect(problemOf(await reset(token))).toBe('not_found');
    expect(problemOf(await signIn(one.email, PASSWORD))).toBe('wrong_credentials');
    expect(problemOf(await signIn(one.email, NEXT))).toBe('second_factor_needed');
    const rows = await office.gateway.store.audit.query({ target: one.email, limit: 10 });
    const actions = rows.map(({ action }) => action).filter((action) => action.startsWith('password.'));
    expect(actions.sort()).toEqual(['password.link_made', 'password.reset']);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('has the last word over a change that somebody with the old one began before', async () => {
    const one = await office.somebody('viewer');
    expectOk(await forgot(one.email));
    const token = await mailed(one.email);
    const body = { current: PASSWORD, next: 'a horse of somebody else' };
    const [theirs, own] = await Promise.all([one.client.account.changePassword({ body }), reset(token)]);
    expectOk(own);
    expect(problemOf(theirs)).toBe('wrong_credentials');
    expect((await one.client.session.read()).ok).toBe(false);
    expect((await signIn(one.email, NEXT)).ok).toBe(true);
  });

  it('leaves no session to a passkey that was shown just before it', async () => {
    const one = await office.somebody('viewer');
    const { device } = await withPasskey(one, office.gateway.url);
    expectOk(await forgot(one.email));
    const token = await mailed(one.email);
    const { passkeys } = office.gateway.store.people;
    const use = passkeys.use.bind(passkeys);
    const used = vi.spyOn(passkeys, 'use').mockImplementationOnce(async (id, counter) => {
      const isUsed = await use(id, counter);
      expectOk(await reset(token));
      return isUsed;
    });
    const { client } = office.visitor();
    expect(problemOf(await client.passkeys.signIn({ body: await signInWith(client, device) }))).toBe(
      'wrong_credentials',
    );
    expect(used).toHaveBeenCalledOnce();
    used.mockRestore();
  });

  it('K-11 has one link that works, for half an hour and as long as the password is the same', async () => {
    const { client, email } = await office.somebody('viewer');
    expectOk(await forgot(email));
    const first = await mailed(email);
    expectOk(await forgot(email));
    const second = await mailed(email, 2);
    expect(problemOf(await reset(first))).toBe('not_found');
    expectOk(await client.account.changePassword({ body: { current: PASSWORD, next: NEXT } }));
    expect(problemOf(await reset(second, PASSWORD))).toBe('not_found');
    expectOk(await forgot(email));
    const late = await mailed(email, 3);
    clock.pass(PASSWORD_LINK_MS - 1);
    expect(await office.gateway.store.people.passwordResets.find(hashToken(late))).toBeDefined();
    clock.pass(1);
    expect(problemOf(await reset(late))).toBe('not_found');
  });

  it('leaves no passkey to who had the account made in another organisation', async () => {
    const elsewhere = await office.somebody('admin', await office.elsewhere());
    const email = newEmail();
    const invited = { body: { email, role: 'viewer' } } as const;
    // Who invites has the link too, whoever the e-mail belongs to.
    const tokenBy = async ({ client }: typeof elsewhere): Promise<string> =>
      expectOk(await client.invitations.create(invited)).link.split('=')[1] ?? '';
    const squatter = office.visitor();
    const accept = { token: await tokenBy(elsewhere), name: 'Bob', password: PASSWORD };
    const { person } = expectOk(await squatter.client.invitations.accept({ body: accept }));
    const own = Object.assign(squatter, { email, person: person.id, member: '' });
    const { device } = await withPasskey(own, office.gateway.url);
    const token = await tokenBy(office.admin);
    await mailed(email, 2);
    expectOk(await forgot(email));
    expectOk(await reset(await mailed(email, 3)));
    const { client } = office.visitor();
    const joined = await client.invitations.accept({ body: { ...accept, token, password: NEXT } });
    expect(expectOk(joined).organization.id).toBe('default');
    const presented = await signInWith(office.visitor().client, device);
    expect(problemOf(await client.passkeys.signIn({ body: presented }))).toBe('wrong_credentials');
  });

  it.each(['to sign in', 'to accept an invitation'])(
    'lets nobody in whose old password was being looked at meanwhile, %s',
    async (what) => {
      const { email } = await office.somebody('viewer');
      const elsewhere = await office.somebody('admin', await office.elsewhere());
      const invited = { body: { email, role: 'viewer' } } as const;
      const { link } = expectOk(await elsewhere.client.invitations.create(invited));
      const { personSessions } = office.gateway.store.people;
      const begin = personSessions.begin.bind(personSessions);
      expectOk(await forgot(email));
      const token = await mailed(email, 2);
      const late = vi.spyOn(personSessions, 'begin').mockImplementationOnce(async (session) => {
        expectOk(await reset(token));
        return begin(session);
      });
      const visitor = office.visitor();
      const { invitations, session } = visitor.client;
      const answer =
        what === 'to sign in'
          ? await session.signIn({ body: { email, password: PASSWORD } })
          : await invitations.accept({ body: { token: link.split('=')[1] ?? '', password: PASSWORD } });
      late.mockRestore();
      expect(problemOf(answer)).toBe('wrong_credentials');
      expect(problemOf(await session.read())).toBe('unauthenticated');
      expectOk(await signIn(email, NEXT));
    },
  );

  it('is asked for with one answer, whoever has an account, and not without end', async () => {
    const { email } = await office.somebody('viewer');
    const ask = (to: string) =>
      office.visitor().send('/api/v1/session/forgot', {
        method: 'POST',
        body: JSON.stringify({ email: to }),
        headers: { 'content-type': 'application/json' },
      });
    const bare = async (to: string) => {
      const { headers, status, text } = await ask(to);
      return { status, text, headers: { ...headers, date: '' } };
    };
    const stranger = newEmail();
    const known = await bare(email);
    expect(known.status).toBe(202);
    expect(await bare(stranger)).toEqual(known);
    for (let asked = 1; asked < ATTEMPTS_PER_ACCOUNT; asked += 1) expect(await bare(stranger)).toEqual(known);
    for (let asked = 1; asked < ATTEMPTS_PER_ACCOUNT; asked += 1) expect(await bare(email)).toEqual(known);
    expect([(await ask(email)).status, (await ask(stranger)).status]).toEqual([429, 429]);
    await mailed(email, ATTEMPTS_PER_ACCOUNT);
    expect(mailbox.letters.flatMap(({ to }) => to)).not.toContain(stranger);
  });

  it('is no way around the provider of an account without a password', async () => {
    const { people } = office.gateway.store;
    const arrival = {
      issuer: 'https://corp.example',
      subject: 's',
      email: newEmail(),
      mayLink: true,
      organizationName: 'Acme',
    } as const;
    const from = { via: 'dashboard', address: '' } as const;
    const newPerson = { id: 'by-provider', name: 'Ann' };
    const rest = { newPerson, memberId: 'm', organization: 'default', joinsAs: 'viewer', from } as const;
    await people.externalIdentities.admit({ ...arrival, ...rest });
    const link = { person: 'by-provider', tokenHash: 'h', expiresAtMs: clock.wallMs() + 1 };
    expect(await people.passwordResets.open(link, { kind: 'cli', id: '0', name: 'root', ...from })).toBe(
      false,
    );
  });
});

it('a letter with a link is sent again where the mail server does not take it yet', async () => {
  const one = await office.somebody('viewer');
  const patiently = { timeout: 20_000 };
  mailbox.refuseWith = 451;
  try {
    expectOk(await forgot(one.email));
    const said = () => JSON.stringify(office.test.lines);
    await vi.waitFor(() => expect(said()).toContain('answered 451'), patiently);
  } finally {
    mailbox.refuseWith = undefined;
  }
  clock.pass(30_000);
  await vi.waitFor(
    () => expect(mailbox.letters.some(({ to }) => to.includes(one.email))).toBe(true),
    patiently,
  );
  expectOk(await reset(await mailed(one.email)));
  expectOk(await signIn(one.email, NEXT));
});

it('an invitation is written to who is invited', async () => {
  const email = newEmail();
  const made = expectOk(await office.admin.client.invitations.create({ body: { email, role: 'viewer' } }));
  expect(made.link).toContain(await mailed(email));
});
