import { describe, expect, it } from 'vitest';
import { FIRST_ORGANIZATION, type Store } from '../contract.ts';
import { MINUTE_MS, type Start } from './fixtures.ts';
import { newGrant } from './grants.ts';
import { admit, setUp } from './people.ts';

const BY = { kind: 'cli', id: '0', name: 'root', via: 'cli', address: '' } as const;
const FIRST = { organization: FIRST_ORGANIZATION };

/** Stands for that of a token; `id` is a hexadecimal digit. */
const hashOf = (id: string) => id.repeat(64);

/** What the audit log has of a kind of act, by organisation. */
async function rowsOf(store: Store, action: string) {
  const rows = await store.audit.query({ action, limit: 99 });
  return rows
    .map(({ actor, after, before, organization, target }) => ({ actor, after, before, organization, target }))
    .sort((one, other) => (one.organization < other.organization ? -1 : 1));
}

/** Somebody who is admin of the first organisation with `ann`, and viewer of one of hers; with an invitation to a third. */
async function withBob(start: Start) {
  const begun = await setUp(start);
  const { people } = begun.store;
  await admit(begun.store, 'bob', 'admin');
  const expiresAtMs = begun.clock.wallMs() + MINUTE_MS;
  const invite = async (organization: string) => {
    await people.organizations.create(
      { id: organization, name: `The ${organization}` },
      { id: `ann of ${organization}`, person: 'ann' },
    );
    const invitation = { organization, email: 'bob@acme.example', role: 'viewer', createdBy: 'ann' } as const;
    await people.invitations.create({ ...invitation, id: `i ${organization}`, expiresAtMs }, organization);
  };
  for (const organization of ['second', 'third']) await invite(organization);
  await people.invitations.accept('second', { memberId: 'bob of second' });
  return { ...begun, expiresAtMs };
}

/** All by which somebody signs in, and what they made. */
async function equip({ people }: Store, expiresAtMs: number): Promise<void> {
  const { accounts, apiKeys, passkeys, passwordResets, personSessions } = people;
  await accounts.setTotp('bob', { sealedSecret: 'sealed', isConfirmed: true });
  await accounts.replaceRecoveryCodes('bob', ['one']);
  const key = { ...FIRST, name: 'k', role: 'viewer', prefix: 'k', createdBy: 'bob' } as const;
  await apiKeys.create({ ...key, id: 'k', expiresAtMs }, 'key');
  const credential = { credential: 'c', publicKey: new Uint8Array([1]), counter: 0 };
  await passkeys.add({ id: 'p', person: 'bob', name: 'phone', ...credential }, 9);
  await passwordResets.open({ person: 'bob', tokenHash: 'link', expiresAtMs }, BY);
  await personSessions.begin({ hash: 'here', person: 'bob', ...FIRST });
  const identity = { issuer: 'https://corp.example', subject: 'bob', email: 'bob@acme.example' };
  const arrival = {
    ...FIRST,
    newPerson: { id: 'x', name: 'x' },
    memberId: 'x',
    mayLink: true,
    organizationName: 'Acme',
  } as const;
  const from = { via: 'dashboard', address: '' } as const;
  expect(await people.externalIdentities.admit({ ...identity, ...arrival, from })).toEqual({ person: 'bob' });
}

/** Whether each of these is there. */
async function equipment({ people }: Store) {
  const { accounts, apiKeys, externalIdentities, passkeys, passwordResets, personSessions } = people;
  return {
    account: (await accounts.find('bob')) !== undefined,
    apiKey: (await apiKeys.findByHash('key')) !== undefined,
    passkey: (await passkeys.findByCredential('c')) !== undefined,
    link: (await passwordResets.find('link')) !== undefined,
    session: (await personSessions.find('here')) !== undefined,
    identity: (await externalIdentities.find('https://corp.example', 'bob')) !== undefined,
    recoveryCode: await accounts.spendRecoveryCode('bob', 'one'),
  };
}

const ALL = {
  ...{ account: true, apiKey: true, passkey: true, link: true },
  ...{ session: true, identity: true, recoveryCode: true },
};

export function describeAccounts(start: Start): void {
  describe('accounts', () => {
    it('are listed by e-mail, a page at a time', async () => {
      const { store } = await withBob(start);
      const { accounts } = store.people;
      const emails = async (page: Parameters<typeof accounts.list>[0]) =>
        (await accounts.list(page)).map(({ email }) => email);
      expect(await emails({ limit: 9 })).toEqual(['ann@acme.example', 'bob@acme.example']);
      expect(await emails({ limit: 1 })).toEqual(['ann@acme.example']);
      expect(await emails({ limit: 9, after: 'ann@acme.example' })).toEqual(['bob@acme.example']);
    });

    it('get another name, and each of their organisations has a row of it', async () => {
      const { store } = await withBob(start);
      const { accounts } = store.people;
      expect(await accounts.rename('nobody', 'B', BY)).toBe(false);
      expect(await accounts.rename('bob', 'Robert', BY)).toBe(true);
      expect(await accounts.rename('bob', 'Robert', BY)).toBe(true);
      expect(await accounts.find('bob')).toMatchObject({ name: 'Robert', email: 'bob@acme.example' });
      const target = { kind: 'person', id: 'bob', name: 'bob@acme.example' };
      const row = { actor: BY, target, before: { name: 'bob' }, after: { name: 'Robert' } };
      expect(await rowsOf(store, 'account.renamed')).toEqual([
        { ...row, organization: FIRST_ORGANIZATION },
        { ...row, organization: 'second' },
      ]);
    });

    describeEmails(start);
    describeRemovals(start);

    it('have sessions that are listed while they have not ended', async () => {
      const { clock, store } = await setUp(start);
      const { personSessions } = store.people;
      const begin = (hash: string) => personSessions.begin({ hash, person: 'ann', ...FIRST });
      const old = await begin('old');
      clock.pass(MINUTE_MS);
      const fresh = await begin('fresh');
      expect(await personSessions.ofPerson('ann')).toEqual([fresh, old]);
      expect(await personSessions.ofPerson('bob')).toEqual([]);
      await personSessions.end('fresh');
      expect(await personSessions.ofPerson('ann')).toEqual([old]);
      clock.pass(24 * 60 * MINUTE_MS);
      expect(await personSessions.ofPerson('ann')).toEqual([]);
    });
  });
}

function describeEmails(start: Start): void {
  it('get another e-mail: what went to the old one opens nothing, all else stays', async () => {
    const { expiresAtMs, store } = await withBob(start);
    await equip(store, expiresAtMs);
    const { accounts, invitations, members } = store.people;
    expect(await accounts.changeEmail('nobody', 'new@acme.example', BY)).toBe('unknown');
    expect(await accounts.changeEmail('bob', 'ann@acme.example', BY)).toBe('taken');
    expect(await accounts.changeEmail('bob', 'bob@acme.example', BY)).toBe('taken');
    expect(await accounts.changeEmail('bob', 'new@acme.example', BY)).toEqual({
      grants: [],
      revokedInvitations: 1,
    });
    expect(await accounts.findByEmail('bob@acme.example')).toBeUndefined();
    expect(await accounts.findByEmail('new@acme.example')).toMatchObject({ id: 'bob', name: 'bob' });
    expect(await invitations.findOpen('third')).toBeUndefined();
    expect(await members.membershipsOf('bob')).toHaveLength(2);
    expect(await equipment(store)).toEqual({ ...ALL, link: false });
    const target = { kind: 'person', id: 'bob', name: 'bob@acme.example' };
    const sides = { before: { email: 'bob@acme.example' }, after: { email: 'new@acme.example' } };
    expect(await rowsOf(store, 'account.email_changed')).toEqual([
      { actor: BY, target, ...sides, organization: FIRST_ORGANIZATION },
      { actor: BY, target, ...sides, organization: 'second' },
    ]);
    expect(await rowsOf(store, 'invitation.revoked')).toMatchObject([
      { organization: 'third', target: { id: 'i third', name: 'bob@acme.example' } },
    ]);
  });

  it('stay the owners of their grants under another e-mail, for every process', async () => {
    const { beside, store } = await withBob(start);
    const grant = (id: string, change = {}) =>
      store.grants.create(newGrant({ id, name: id, ...change }), hashOf(id));
    await grant('a', { owner: 'bob@acme.example' });
    await grant('b', { owner: ' Bob@ACME.example', organization: 'third', origin: 'file' });
    await grant('c', { owner: 'ann@acme.example' });
    await grant('d', { owner: 'bob@acme.example' });
    await store.grants.setState('d', 'revoked', BY);
    const other = await beside();
    const changed = await other.people.accounts.changeEmail('bob', 'new@acme.example', BY);
    expect(changed).toMatchObject({
      grants: [
        { ...FIRST, name: 'a', origin: 'minted' },
        { organization: 'third', name: 'b', origin: 'file' },
      ],
    });
    const ownersIn = async (one: Store) => (await one.grants.list()).map(({ owner }) => owner);
    const owners = ['new@acme.example', 'new@acme.example', 'ann@acme.example', 'bob@acme.example'];
    expect([await ownersIn(store), await ownersIn(other)]).toEqual([owners, owners]);
    expect(store.grants.findByTokenHash(hashOf('a'))?.owner).toBe('new@acme.example');
    expect(await rowsOf(store, 'grant.updated')).toMatchObject([
      { actor: BY, target: { name: 'a' }, before: { owner: 'bob@acme.example' } },
      { actor: BY, target: { name: 'b' }, after: { owner: 'new@acme.example' }, organization: 'third' },
    ]);
  });
}

function describeRemovals(start: Start): void {
  it('go with all that signs in as them, and with their invitations; each organisation has rows', async () => {
    const { expiresAtMs, store } = await withBob(start);
    await equip(store, expiresAtMs);
    const { accounts, invitations, members } = store.people;
    expect(await accounts.removable('bob')).toBe('done');
    expect(await equipment(store)).toEqual(ALL);
    const issuers = () => store.people.externalIdentities.issuersOf('bob');
    expect(await issuers()).toEqual(['https://corp.example']);
    expect(await accounts.remove('bob', BY, 2)).toBe('done');
    expect(Object.values(await equipment(store))).toEqual(Object.values(ALL).map(() => false));
    expect([await members.membershipsOf('bob'), await issuers()]).toEqual([[], []]);
    expect(await invitations.findOpen('third')).toBeUndefined();
    for (const organization of [FIRST_ORGANIZATION, 'second', 'third'])
      expect(await invitations.list(organization, { limit: 9 })).toEqual([]);
    const target = { kind: 'person', id: 'bob', name: 'bob@acme.example' };
    expect(await rowsOf(store, 'account.removed')).toEqual([
      { actor: BY, target, before: { signedInAgents: 2 }, organization: FIRST_ORGANIZATION },
      { actor: BY, target, before: { signedInAgents: 2 }, organization: 'second' },
    ]);
    expect(await rowsOf(store, 'member.removed')).toMatchObject([
      { ...FIRST, target: { kind: 'member', name: 'bob@acme.example' }, before: { role: 'admin' } },
      { organization: 'second', before: { role: 'viewer' } },
    ]);
    expect(await rowsOf(store, 'invitation.revoked')).toMatchObject([{ organization: 'third' }]);
    expect([await accounts.removable('bob'), await accounts.remove('bob', BY)]).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it('stay whole while an organisation has no other admin', async () => {
    const { expiresAtMs, store } = await withBob(start);
    const { accounts, members } = store.people;
    const refused = { lastAdminOf: ['The second', 'The third'] };
    expect([await accounts.removable('ann'), await accounts.remove('ann', BY)]).toEqual([refused, refused]);
    expect(await members.membershipsOf('ann')).toHaveLength(3);
    await equip(store, expiresAtMs);
    expect(await rowsOf(store, 'account')).toMatchObject([{ target: { name: 'bob@acme.example' } }]);
  });
}
