import type { Role } from '@boomgate/contract';
import { describe, expect, it } from 'vitest';
import { type Arrival, FIRST_ORGANIZATION, GATEWAY, type Store } from '../contract.ts';
import { MINUTE_MS, type Start } from './fixtures.ts';
import { setUp } from './people.ts';

const FROM = { via: 'dashboard', address: '192.0.2.1' } as const;

const arrival = (id: string, change: Partial<Arrival> = {}): Arrival => ({
  issuer: 'https://corp.example',
  subject: id,
  email: `${id}@acme.example`,
  newPerson: { id, name: id },
  memberId: `member of ${id}`,
  organization: FIRST_ORGANIZATION,
  organizationName: 'Corp',
  mayLink: false,
  from: FROM,
  ...change,
});

async function invite({ people }: Store, id: string, role: Role, expiresAtMs: number) {
  const invitation = { id: `i of ${id}`, organization: FIRST_ORGANIZATION, email: `${id}@acme.example` };
  await people.invitations.create({ ...invitation, role, createdBy: 'ann', expiresAtMs }, `t of ${id}`);
}

export function describeSignOn(start: Start): void {
  describe('identities at providers', () => {
    it('are known again by issuer and subject, also after a restart, and by nothing else', async () => {
      const { reopen, store } = await setUp(start);
      const first = await store.people.externalIdentities.admit(arrival('bob', { joinsAs: 'approver' }));
      expect(first).toEqual({ person: 'bob' });
      const { people } = await reopen();
      const { email: _, ...nameless } = arrival('bob', { newPerson: { id: 'other', name: 'x' } });
      expect(await people.externalIdentities.admit(nameless)).toEqual({ person: 'bob' });
      const elsewhere = arrival('bob', { issuer: 'https://other.example', mayLink: true, joinsAs: 'admin' });
      expect(await people.externalIdentities.admit(elsewhere)).toBe('account_exists');
      expect(await people.externalIdentities.find('https://other.example', 'bob')).toBeUndefined();
      expect((await people.members.ofPerson(FIRST_ORGANIZATION, 'bob'))?.role).toBe('approver');
      expect(await people.accounts.find('bob')).not.toHaveProperty('passwordHash');
    });

    it('open nothing without a verified e-mail, an invitation or a domain; a refusal leaves nothing', async () => {
      const { clock, store } = await setUp(start);
      const { accounts, externalIdentities } = store.people;
      const { email: _, ...nameless } = arrival('bob', { mayLink: true, joinsAs: 'admin' });
      expect(await externalIdentities.admit(nameless)).toBe('email_unverified');
      await invite(store, 'bob', 'viewer', clock.wallMs() + MINUTE_MS);
      clock.pass(MINUTE_MS);
      expect(await externalIdentities.admit(arrival('bob'))).toBe('stranger');
      expect(await externalIdentities.admit(arrival('x', { email: 'ann@acme.example' }))).toBe(
        'account_exists',
      );
      expect(await accounts.count()).toBe(1);
      expect(await store.audit.query({ limit: 10, action: 'account' })).toEqual([]);
    });

    it('take the invitation for their e-mail, and its role before that of the domain, with a row of who joined', async () => {
      const { clock, store } = await setUp(start);
      await invite(store, 'bob', 'viewer', clock.wallMs() + MINUTE_MS);
      await store.people.externalIdentities.admit(arrival('bob', { joinsAs: 'admin' }));
      expect((await store.people.members.ofPerson(FIRST_ORGANIZATION, 'bob'))?.role).toBe('viewer');
      expect(await store.people.invitations.findOpen('t of bob')).toBeUndefined();
      const [row] = await store.audit.query({ limit: 1, action: 'member.joined' });
      expect(row).toMatchObject({
        actor: { id: 'bob', ...FROM },
        after: { subject: 'bob', role: 'viewer', by: 'invitation' },
      });
    });

    it('get the role that their provider says at every sign-in, unless they are the last admin', async () => {
      const { store } = await setUp(start);
      const { externalIdentities, members } = store.people;
      const comes = async (id: string, change: Partial<Arrival>) => {
        await externalIdentities.admit(arrival(id, { mayLink: true, ...change }));
        return (await members.ofPerson(FIRST_ORGANIZATION, id))?.role;
      };
      expect(await comes('bob', { role: 'admin' })).toBeUndefined();
      expect(await comes('bob', { joinsAs: 'viewer', role: 'viewer' })).toBe('viewer');
      expect(await comes('ann', { role: 'viewer' })).toBe('admin');
      expect(await comes('bob', { role: 'admin' })).toBe('admin');
      await invite(store, 'eve', 'viewer', Number.MAX_SAFE_INTEGER);
      expect(await comes('ann', { role: 'approver' })).toBe('approver');
      expect(await comes('ann', {})).toBe('approver');
      expect(await store.people.invitations.findOpen('t of eve')).toBeUndefined();
      const rows = await store.audit.query({ limit: 9, action: 'member.role_changed' });
      expect(rows.map(({ actor, after, before }) => [actor.name, before?.['role'], after?.['role']])).toEqual(
        [
          ['bob@acme.example', 'viewer', 'admin'],
          ['ann@acme.example', 'admin', 'approver'],
        ],
      );
    });

    it('come back after they were removed by an invitation, and by nothing else', async () => {
      const { clock, store } = await setUp(start);
      const { externalIdentities, invitations, members } = store.people;
      const asBob = arrival('bob', { mayLink: true, joinsAs: 'admin' });
      await externalIdentities.admit(asBob);
      await members.remove(FIRST_ORGANIZATION, 'member of bob');
      expect(await externalIdentities.admit(asBob)).toEqual({ person: 'bob' });
      expect(await members.ofPerson(FIRST_ORGANIZATION, 'bob')).toBeUndefined();
      await invite(store, 'bob', 'viewer', clock.wallMs() + MINUTE_MS);
      const { email: _, ...nameless } = asBob;
      await externalIdentities.admit(nameless);
      expect(await members.ofPerson(FIRST_ORGANIZATION, 'bob')).toBeUndefined();
      expect(await externalIdentities.admit({ ...asBob, memberId: 'again' })).toEqual({ person: 'bob' });
      expect(await members.ofPerson(FIRST_ORGANIZATION, 'bob')).toMatchObject({
        id: 'again',
        role: 'viewer',
      });
      expect(await invitations.findOpen('t of bob')).toBeUndefined();
    });

    it('are linked with an account once, which becomes a member by an invitation alone', async () => {
      const { store } = await setUp(start);
      const { externalIdentities, members } = store.people;
      const created = { id: 'another', name: 'Another' };
      await store.people.organizations.create(created, { id: 'm2', person: 'ann' });
      const asAnn = { email: 'ann@acme.example', mayLink: true, joinsAs: 'viewer' } as const;
      const there = arrival('a', { ...asAnn, organization: 'third' });
      expect(await externalIdentities.admit(there)).toEqual({ person: 'ann' });
      expect(await members.ofPerson('third', 'ann')).toBeUndefined();
      expect(await externalIdentities.admit(arrival('b', asAnn))).toBe('account_exists');
    });

    it('close every other way into an account of another organisation that joins, and none into one of a member', async () => {
      const { clock, store } = await setUp(start);
      const { accounts, externalIdentities, organizations, passkeys, personSessions } = store.people;
      const bob = { id: 'bob', email: 'bob@acme.example', name: 'Bob', passwordHash: 'hash' };
      await organizations.create({ id: 'other', name: 'Other' }, { id: 'm2', person: 'ann' });
      const invited = {
        id: 'i',
        organization: 'other',
        email: bob.email,
        role: 'viewer',
        createdBy: 'ann',
      } as const;
      const expiresAtMs = clock.wallMs() + MINUTE_MS;
      await store.people.invitations.create({ ...invited, expiresAtMs }, 't');
      await store.people.invitations.accept('t', { newPerson: bob, memberId: 'm3' });
      for (const person of ['ann', 'bob']) {
        await accounts.setTotp(person, { sealedSecret: 'sealed', isConfirmed: true });
        await accounts.replaceRecoveryCodes(person, ['code']);
        const key = { id: `p of ${person}`, name: 'laptop', credential: person, counter: 0 };
        await passkeys.add({ ...key, person, publicKey: new Uint8Array([1]) }, 9);
        await personSessions.begin({ hash: `s of ${person}`, person, organization: 'other' });
        await invite(store, person, 'admin', expiresAtMs);
        await externalIdentities.admit(arrival(person, { mayLink: true }));
      }
      expect(await store.people.members.ofPerson(FIRST_ORGANIZATION, 'bob')).toMatchObject({ role: 'admin' });
      const { passwordHash: _, ...kept } = bob;
      const now = await accounts.find('bob');
      expect(now).toMatchObject(kept);
      expect([now?.passwordHash, now?.totp]).toEqual([undefined, undefined]);
      expect(await accounts.spendRecoveryCode('bob', 'code')).toBe(false);
      expect([await passkeys.list('bob'), await personSessions.find('s of bob')]).toEqual([[], undefined]);
      expect(await accounts.find('ann')).toMatchObject({ passwordHash: 'hash', totp: { isConfirmed: true } });
      expect(await accounts.spendRecoveryCode('ann', 'code')).toBe(true);
      expect(await passkeys.list('ann')).toHaveLength(1);
      expect(await personSessions.find('s of ann')).toBeDefined();
    });

    it('make the first organisation with its first admin, where nobody is there yet, and with nobody else', async () => {
      const { store } = await start();
      const { accounts, externalIdentities, members, organizations, setup } = store.people;
      await setup.open('code', Number.MAX_SAFE_INTEGER);
      expect(await externalIdentities.admit(arrival('bob', { joinsAs: 'viewer' }))).toBe('no_admin');
      expect(await externalIdentities.admit(arrival('bob'))).toBe('no_admin');
      expect(await accounts.count()).toBe(0);
      expect(await externalIdentities.admit(arrival('cleo', { joinsAs: 'admin' }))).toEqual({
        person: 'cleo',
      });
      expect([
        (await organizations.find(FIRST_ORGANIZATION))?.name,
        (await members.ofPerson(FIRST_ORGANIZATION, 'cleo'))?.role,
      ]).toEqual(['Corp', 'admin']);
      expect(await externalIdentities.admit(arrival('bob', { joinsAs: 'viewer' }))).toEqual({
        person: 'bob',
      });
      const person = { id: 'eve', email: 'eve@acme.example', name: 'Eve', passwordHash: 'hash' };
      const first = { person, organization: { id: FIRST_ORGANIZATION, name: 'Eve' }, memberId: 'm' };
      expect(await setup.complete('code', first)).toBe(false);
      const [row] = await store.audit.query({ action: 'organization', limit: 1 });
      expect(row).toMatchObject({ action: 'organization.set_up', actor: { id: 'cleo' } });
    });

    it('tell how many admins of an organisation an issuer knows', async () => {
      const { store } = await setUp(start);
      const { externalIdentities } = store.people;
      await externalIdentities.admit(arrival('bob', { joinsAs: 'viewer' }));
      const count = (...issuers: readonly string[]) =>
        externalIdentities.adminsBy(issuers, FIRST_ORGANIZATION);
      expect(await count('https://corp.example')).toBe(0);
      await externalIdentities.admit(arrival('cleo', { joinsAs: 'admin' }));
      expect([
        await count('https://corp.example', 'https://other.example'),
        await count('https://other.example'),
        await count(),
        await externalIdentities.adminsBy(['https://corp.example'], 'other'),
      ]).toEqual([1, 0, 0, 0]);
    });

    it('end the sessions that their issuer ends, by its name of one or by their subject, once for a message', async () => {
      const { clock, reopen, store } = await setUp(start);
      const { externalIdentities, organizations, personSessions } = store.people;
      for (const who of ['bob', 'cleo']) await externalIdentities.admit(arrival(who, { joinsAs: 'viewer' }));
      await organizations.create({ id: 'other', name: 'Other' }, { id: 'of bob', person: 'bob' });
      const issuer = 'https://corp.example';
      const corp = { id: 'corp', askedSecondFactor: false, issuer };
      const begin = (hash: string, provider: object, organization = FIRST_ORGANIZATION) =>
        personSessions.begin({
          ...{ hash, organization, person: hash.split(' ')[0] ?? '' },
          provider: { ...corp, ...provider },
        });
      await begin('bob 1', { issuerSession: 'one' });
      await begin('bob 2', { issuerSession: 'two' }, 'other');
      await begin('bob nameless', {});
      await begin('bob elsewhere', { issuer: 'https://other.example', issuerSession: 'one' });
      await personSessions.begin({ hash: 'bob here', person: 'bob', organization: FIRST_ORGANIZATION });
      await begin('cleo 1', { issuerSession: 'of cleo' });
      await begin('cleo 2', {});
      const left = async (people = store.people) => {
        const all = await Promise.all(['bob', 'cleo'].map((who) => people.personSessions.ofPerson(who)));
        return all.flatMap((those) => those.map(({ hash }) => hash)).sort();
      };
      const by = { ...GATEWAY, address: '192.0.2.9' };
      const end = (
        id: string,
        which: { subject: string; issuerSession?: string } | { issuerSession: string },
      ) =>
        personSessions.endByIssuer(
          { issuer, ...which, message: { id, untilMs: clock.wallMs() + MINUTE_MS } },
          by,
        );
      const kept = ['bob elsewhere', 'bob here'];
      expect(await end('a', { subject: 'nobody' })).toBe(0);
      expect(await end('b', { subject: 'cleo', issuerSession: 'one' })).toBe(1);
      expect(await left()).toEqual(['bob 1', 'bob 2', ...kept, 'bob nameless', 'cleo 1'].sort());
      expect(await end('c', { issuerSession: 'one' })).toBe(1);
      expect(await end('c', { subject: 'bob' })).toBe('repeated');
      expect(await left()).toEqual(['bob 2', ...kept, 'bob nameless', 'cleo 1'].sort());
      expect(await end('d', { subject: 'bob' })).toBe(2);
      expect(await left((await reopen()).people)).toEqual([...kept, 'cleo 1']);
    });

    it('leave a row in every organisation of whom an issuer has signed out, and none where there was no session', async () => {
      const { clock, store } = await setUp(start);
      const { externalIdentities, organizations, personSessions } = store.people;
      await externalIdentities.admit(arrival('bob', { joinsAs: 'viewer' }));
      await organizations.create({ id: 'other', name: 'Other' }, { id: 'of bob', person: 'bob' });
      const issuer = 'https://corp.example';
      const provider = { id: 'corp', askedSecondFactor: false, issuer, issuerSession: 'one' };
      await personSessions.begin({ hash: 's', person: 'bob', organization: FIRST_ORGANIZATION, provider });
      for (const id of ['a', 'b'])
        await personSessions.endByIssuer(
          { issuer, subject: 'bob', message: { id, untilMs: clock.wallMs() + MINUTE_MS } },
          { ...GATEWAY, address: '192.0.2.9' },
        );
      const rows = await store.audit.query({ action: 'sessions.ended', limit: 10 });
      expect(rows.map(({ organization }) => organization).sort()).toEqual([FIRST_ORGANIZATION, 'other']);
      expect(rows[0]).toMatchObject({
        actor: { kind: 'system', address: '192.0.2.9' },
        target: { kind: 'person', id: 'bob', name: 'bob@acme.example' },
        after: { by: 'provider', issuer, sessions: 1 },
      });
    });

    it('say of a session which provider began it, and in which browser', async () => {
      const { reopen, store } = await setUp(start);
      const proven = { issuer: 'https://corp.example', issuerSession: 'there' };
      const provider = { id: 'corp', askedSecondFactor: true, ...proven };
      const session = { person: 'ann', organization: FIRST_ORGANIZATION };
      await store.people.personSessions.begin({ hash: 's', ...session, provider, device: 'Safari on iPad' });
      await store.people.personSessions.begin({ hash: 'p', ...session });
      const { personSessions } = (await reopen()).people;
      expect(await personSessions.find('s')).toMatchObject({ provider, device: 'Safari on iPad' });
      expect(await personSessions.find('p')).not.toHaveProperty('provider');
      expect(await personSessions.find('p')).not.toHaveProperty('device');
    });
  });

  describe('links for forgotten passwords', () => {
    it('work once, until they end, one for each person, and leave the second factor', async () => {
      const { clock, store } = await setUp(start);
      const { accounts, passwordResets, personSessions } = store.people;
      const open = (tokenHash: string) =>
        passwordResets.open({ person: 'ann', tokenHash, expiresAtMs: clock.wallMs() + MINUTE_MS }, GATEWAY);
      const totp = { sealedSecret: 'sealed', isConfirmed: true };
      await accounts.setTotp('ann', totp);
      await personSessions.begin({ hash: 's', person: 'ann', organization: FIRST_ORGANIZATION });
      const key = { id: 'p', person: 'ann', name: 'laptop', credential: 'c', counter: 0 };
      await store.people.passkeys.add({ ...key, publicKey: new Uint8Array([1]) }, 9);
      expect([await open('a'), await open('b')]).toEqual([true, true]);
      expect([await passwordResets.find('a'), await passwordResets.find('b')]).toEqual([undefined, 'ann']);
      expect(await passwordResets.complete('a', 'x', FROM)).toBe(false);
      expect(await passwordResets.complete('b', 'next', FROM)).toBe(true);
      expect(await passwordResets.complete('b', 'again', FROM)).toBe(false);
      expect(await accounts.find('ann')).toMatchObject({ passwordHash: 'next', totp });
      expect(await personSessions.find('s')).toBeUndefined();
      expect(await store.people.passkeys.list('ann')).toEqual([]);
      await open('c');
      clock.pass(MINUTE_MS);
      expect([await passwordResets.find('c'), await passwordResets.complete('c', 'x', FROM)]).toEqual([
        undefined,
        false,
      ]);
      await open('d');
      await personSessions.begin({ hash: 'again', person: 'ann', organization: FIRST_ORGANIZATION });
      expect(await accounts.setPassword('ann', { before: 'another', after: 'changed' })).toBe(false);
      expect(await personSessions.find('again')).toBeDefined();
      expect(await accounts.setPassword('ann', { before: 'next', after: 'changed' })).toBe(true);
      expect(await personSessions.find('again')).toBeUndefined();
      expect(await passwordResets.complete('d', 'x', FROM)).toBe(false);
      const rows = await store.audit.query({ limit: 10, action: 'password' });
      expect(rows.map(({ action }) => action)).toContain('password.reset');
      expect(await store.audit.verify()).toMatchObject({ findings: [] });
    });

    it('are not made for accounts without a password, or for nobody', async () => {
      const { clock, store } = await setUp(start);
      await store.people.externalIdentities.admit(arrival('bob', { joinsAs: 'viewer' }));
      for (const person of ['bob', 'nobody']) {
        const reset = { person, tokenHash: 'h', expiresAtMs: clock.wallMs() + MINUTE_MS };
        expect(await store.people.passwordResets.open(reset, GATEWAY)).toBe(false);
      }
    });
  });
}
