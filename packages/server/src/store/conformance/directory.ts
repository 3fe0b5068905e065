import { describe, expect, it } from 'vitest';
import {
  type Arrival,
  type Directory,
  type DirectoryAttributes,
  type DirectoryEntry,
  type DirectoryWritten,
  FIRST_ORGANIZATION,
  type Store,
} from '../contract.ts';
import { MINUTE_MS, type Start } from './fixtures.ts';
import { setUp as setUpPeople } from './people.ts';

const OF: Directory = {
  organization: FIRST_ORGANIZATION,
  provider: 'corp',
  issuer: 'https://corp.example',
};
const BY = {
  actor: { kind: 'system', id: 'corp', name: 'directory corp', via: 'api', address: '192.0.2.7' },
} as const;
const FROM = { via: 'dashboard', address: '192.0.2.1' } as const;

/** A store with its first person `ann`, an admin with a password, and hands on its directory. */
async function setUp(start: Start) {
  const begun = await setUpPeople(start);
  return { ...begun, ...handsOn(begun.store) };
}

type Arriving = Partial<Omit<Arrival, 'joinsAs'>> & { readonly joinsAs?: Arrival['joinsAs'] | 'nobody' };

function handsOn(store: Store) {
  const { directoryEntries, externalIdentities, members } = store.people;
  let memberships = 0;
  /** Signs somebody in whose domain lets them in where `joinsAs` is given, as it is unless it is said otherwise. */
  const admit = (id: string, { directory = 'corp', joinsAs = 'viewer', ...change }: Arriving = {}) => {
    memberships += 1;
    return externalIdentities.admit({
      issuer: OF.issuer,
      subject: id,
      email: `${id}@acme.example`,
      newPerson: { id, name: id },
      memberId: `member ${memberships}`,
      organization: FIRST_ORGANIZATION,
      organizationName: 'Corp',
      mayLink: joinsAs !== 'nobody',
      ...(joinsAs === 'nobody' ? {} : { joinsAs }),
      ...(directory === 'none' ? {} : { directory }),
      from: FROM,
      ...change,
    });
  };
  const attributes = (id: string, change: Partial<DirectoryAttributes> = {}): DirectoryAttributes => ({
    userName: `${id}@acme.example`,
    isActive: true,
    ...change,
  });
  const create = (id: string, change: Partial<DirectoryAttributes> = {}, most = 100) =>
    directoryEntries.create(OF, { id: `entry of ${id}`, attributes: attributes(id, change), most }, BY);
  const change = async (id: string, to: Partial<DirectoryAttributes>) => {
    const { version } = await found(id);
    const entry = { id: `entry of ${id}`, version, attributes: attributes(id, to) };
    return written(await directoryEntries.change(OF, entry, BY));
  };
  const found = async (id: string): Promise<DirectoryEntry> => {
    const entry = await directoryEntries.find(OF, `entry of ${id}`);
    if (entry === undefined) throw new Error(`expected an entry of ${id}`);
    return entry;
  };
  const roleOf = async (id: string) => (await members.ofPerson(FIRST_ORGANIZATION, id))?.role;
  const remove = (id: string) => directoryEntries.remove(OF, `entry of ${id}`, BY);
  return { admit, attributes, create, change, found, roleOf, remove };
}

function written(result: DirectoryWritten | string): DirectoryWritten {
  if (typeof result === 'string') throw new Error(`expected something written, found ${result}`);
  return result;
}

export function describeDirectory(start: Start): void {
  describe('entries of a directory', () => {
    it('are found by what they are known by, in pages, also after a restart, and one by one', async () => {
      const { clock, create, reopen } = await setUp(start);
      await create('Bob', {
        externalId: 'b',
        email: 'bob@mail.example',
        displayName: 'Bob',
        familyName: 'B',
      });
      clock.pass(MINUTE_MS);
      for (const id of ['cleo', 'dora']) await create(id);
      const again = await reopen();
      const { directoryEntries } = again.people;
      const bob = await handsOn(again).found('Bob');
      expect(bob).toEqual({
        ...{ id: 'entry of Bob', userName: 'Bob@acme.example', externalId: 'b', email: 'bob@mail.example' },
        ...{ displayName: 'Bob', familyName: 'B', isActive: true, version: 1 },
        ...{ createdAtMs: clock.wallMs() - MINUTE_MS, modifiedAtMs: clock.wallMs() - MINUTE_MS },
      });
      const page = { offset: 0, limit: 9 };
      for (const where of [
        { userName: 'BOB@acme.EXAMPLE' },
        { externalId: 'b' },
        { email: 'BOB@mail.example' },
        { id: 'entry of Bob' },
      ])
        expect(await directoryEntries.list(OF, { ...page, where })).toEqual({ entries: [bob], total: 1 });
      expect(await directoryEntries.list(OF, { ...page, where: { externalId: 'B' } })).toEqual({
        entries: [],
        total: 0,
      });
      const second = await directoryEntries.list(OF, { offset: 1, limit: 1 });
      expect([second.total, second.entries.map(({ userName }) => userName)]).toEqual([
        3,
        ['cleo@acme.example'],
      ]);
      const others = { ...OF, provider: 'twin' };
      expect(await directoryEntries.find(others, 'entry of Bob')).toBeUndefined();
      expect((await directoryEntries.list(others, page)).total).toBe(0);
      expect(await directoryEntries.counts(FIRST_ORGANIZATION)).toEqual(
        new Map([['corp', { active: 3, inactive: 0 }]]),
      );
      expect((await again.audit.verify()).findings).toEqual([]);
    });

    it('share no user name, external id or e-mail with one that is not deleted, and are at most so many', async () => {
      const { change, create, remove, store } = await setUp(start);
      await create('bob', { externalId: 'b', email: 'bob@mail.example' });
      const other = { userName: 'other' };
      expect([
        await create('x', { userName: 'BOB@acme.example' }),
        await create('x', { ...other, externalId: 'b' }),
        await create('x', { ...other, email: 'bob@mail.example' }),
        await create('x', { userName: 'bob@mail.example' }),
      ]).toEqual(['taken', 'taken', 'taken', 'taken']);
      await create('cleo');
      const { directoryEntries } = store.people;
      const like = { userName: 'bob@acme.example', isActive: true };
      const entry = { id: 'entry of cleo', version: 1, attributes: like };
      expect(await directoryEntries.change(OF, entry, BY)).toBe('taken');
      // What closes one is not lost with that.
      const closing = { ...entry, attributes: { ...like, isActive: false } };
      expect(await directoryEntries.change(OF, closing, BY)).toMatchObject({
        ...{ isTaken: true, entry: { userName: 'cleo@acme.example', isActive: false, version: 2 } },
      });
      expect(await directoryEntries.change(OF, { ...entry, version: 9 }, BY)).toBe('stale');
      expect(await directoryEntries.change(OF, { ...entry, id: 'x' }, BY)).toBe('unknown');
      expect([await remove('x'), typeof (await remove('bob')), await remove('bob')]).toEqual([
        'unknown',
        'object',
        'unknown',
      ]);
      expect(await create('again', { ...like, externalId: 'b', email: 'bob@mail.example' })).toMatchObject({
        out: [],
      });
      expect((await change('cleo', { displayName: 'Cleo' })).entry.version).toBe(3);
      expect([await create('dora', {}, 3), typeof (await create('dora', {}, 4))]).toEqual(['full', 'object']);
    });

    it('leave a row for each change, and none for the same said again', async () => {
      const { change, create, remove, store } = await setUp(start);
      await create('bob', { externalId: 'b' });
      await change('bob', { externalId: 'b' });
      await change('bob', { externalId: 'b', isActive: false });
      await remove('bob');
      const rows = await store.audit.query({ action: 'directory_entry', limit: 9 });
      const known = { provider: 'corp', userName: 'bob@acme.example', externalId: 'b' };
      const target = { kind: 'directory_entry', id: 'entry of bob', name: 'bob@acme.example' };
      expect(rows.map(({ id: _, cursor: __, atMs: ___, decisions: ____, ...row }) => row)).toEqual([
        {
          ...{ organization: FIRST_ORGANIZATION, actor: BY.actor, target },
          ...{ action: 'directory_entry.created', after: { ...known, active: true } },
        },
        {
          ...{ organization: FIRST_ORGANIZATION, actor: BY.actor, target, action: 'directory_entry.changed' },
          ...{ before: { ...known, active: true }, after: { ...known, active: false } },
        },
        {
          ...{ organization: FIRST_ORGANIZATION, actor: BY.actor, target },
          ...{ action: 'directory_entry.deleted', before: { ...known, active: false } },
        },
      ]);
    });
  });

  describe('where a directory says who may join', () => {
    it('nobody does by their domain whom it does not call active; an invitation counts for whom it does not know', async () => {
      const { admit, change, clock, create, remove, roleOf, store } = await setUp(start);
      expect(await admit('bob')).toBe('not_in_directory');
      expect(await admit('bob', { joinsAs: 'nobody' })).toBe('stranger');
      await create('bob', { isActive: false });
      expect(await admit('bob')).toBe('directory_closed');
      await change('bob', { isActive: true });
      expect(await admit('bob', { joinsAs: 'nobody' })).toBe('stranger');
      expect(await admit('bob')).toEqual({ person: 'bob' });
      await create('of cleo', { userName: 'cleo', externalId: 'cleo' });
      expect(await admit('cleo')).toEqual({ person: 'cleo' });
      await create('dora');
      await remove('dora');
      expect(await admit('dora')).toBe('directory_closed');
      // An account that is there already is linked by its domain, too.
      expect(await admit('ann')).toBe('not_in_directory');
      for (const id of ['eve', 'dora']) {
        const email = `${id}@acme.example`;
        const invitation = {
          id: `i of ${id}`,
          organization: FIRST_ORGANIZATION,
          email,
          role: 'approver',
        } as const;
        const expiresAtMs = clock.wallMs() + MINUTE_MS;
        await store.people.invitations.create({ ...invitation, createdBy: 'ann', expiresAtMs }, `t of ${id}`);
      }
      expect([await admit('eve'), await admit('dora')]).toEqual([{ person: 'eve' }, 'directory_closed']);
      expect(await roleOf('eve')).toBe('approver');
      expect(await admit('bob')).toEqual({ person: 'bob' });
    });

    it('nor does the first of all, where nobody has set the gateway up', async () => {
      const { store } = await start();
      const { admit, create, roleOf } = handsOn(store);
      expect(await admit('ann', { joinsAs: 'admin' })).toBe('not_in_directory');
      await create('ann');
      expect(await admit('ann', { joinsAs: 'viewer' })).toBe('no_admin');
      expect(await admit('ann', { joinsAs: 'admin' })).toEqual({ person: 'ann' });
      expect(await roleOf('ann')).toBe('admin');
    });

    it('who is closed or deleted there is no member from then on, with what an admin’s removal ends', async () => {
      const { admit, change, clock, create, roleOf, store } = await setUp(start);
      const { apiKeys, directoryEntries, invitations, personSessions } = store.people;
      // Linked before the directory said anything, with another address there since.
      await admit('bob', { directory: 'none', joinsAs: 'admin' });
      await store.people.accounts.changeEmail('bob', 'married@acme.example', BY.actor);
      await create('bob');
      await change('bob', { email: 'third@acme.example' });
      const expiresAtMs = clock.wallMs() + MINUTE_MS;
      const own = { organization: FIRST_ORGANIZATION, createdBy: 'bob', expiresAtMs };
      await apiKeys.create({ ...own, id: 'k', name: 'k', role: 'viewer', prefix: 'bga_' }, 'key');
      await invitations.create({ ...own, id: 'i', email: 'x@acme.example', role: 'viewer' }, 'link');
      await store.people.organizations.create({ id: 'other', name: 'Other' }, { id: 'mo', person: 'bob' });
      const provider = { id: 'corp', askedSecondFactor: false, issuer: OF.issuer };
      const session = { person: 'bob', organization: FIRST_ORGANIZATION };
      await personSessions.begin({ ...session, hash: 'here' });
      await personSessions.begin({ ...session, hash: 'proven', organization: 'other', provider });
      await personSessions.begin({ ...session, hash: 'password', organization: 'other' });
      const bob = { person: 'bob', email: 'married@acme.example' };
      expect(await directoryEntries.personOf(OF, 'entry of bob')).toEqual(bob);
      await admit('cleo', { directory: 'none' });
      expect(await directoryEntries.membersWithout(OF)).toBe(1);
      const act = { ...BY, signedInAgents: new Map([['bob', 2]]) };
      const entry = { id: 'entry of bob', version: 2, attributes: { userName: 'bob', isActive: false } };
      expect(await directoryEntries.change(OF, entry, act)).toMatchObject({ out: [bob], lastAdmin: false });
      expect(await roleOf('bob')).toBeUndefined();
      expect(await store.people.members.ofPerson('other', 'bob')).toBeDefined();
      expect((await apiKeys.findByHash('key'))?.revokedAtMs).toBe(clock.wallMs());
      expect(await invitations.findOpen('link')).toBeUndefined();
      const left = await personSessions.ofPerson('bob');
      expect(left.map(({ hash }) => hash)).toEqual(['password']);
      expect(await admit('bob')).toBe('directory_closed');
      const [row] = await store.audit.query({ action: 'member.removed', limit: 1 });
      expect(row).toMatchObject({
        actor: BY.actor,
        target: { kind: 'member', name: 'married@acme.example' },
        before: { role: 'admin', signedInAgents: 2 },
        after: { by: 'directory', provider: 'corp' },
      });
      // Told again, as after an answer that was lost.
      const again = { ...entry, version: 3 };
      expect(await directoryEntries.change(OF, again, act)).toMatchObject({ out: [bob] });
      expect(await store.audit.query({ action: 'member.removed', limit: 9 })).toHaveLength(1);
    });

    it('all entries have to call them active that are somebody’s', async () => {
      const { admit, create, remove, roleOf } = await setUp(start);
      await create('bob');
      await admit('bob');
      await create('second', { userName: 'second', externalId: 'bob', isActive: false });
      expect([await roleOf('bob'), await admit('bob')]).toEqual([undefined, 'directory_closed']);
      await remove('second');
      await admit('bob');
      expect(await roleOf('bob')).toBe('viewer');
    });

    it('nobody is touched whom the provider does not know, nor who has an entry of their own', async () => {
      const { admit, change, create, remove, roleOf, store } = await setUp(start);
      await create('ann');
      await create('bob');
      await admit('bob', { joinsAs: 'approver' });
      await change('bob', { userName: 'married' });
      // Somebody else has the address that the account here still has.
      await create('another', { userName: 'another', email: 'bob@acme.example' });
      for (const id of ['ann', 'another']) expect(await remove(id)).toMatchObject({ out: [] });
      // Nor whom it knew by another issuer.
      const elsewhere = { ...OF, issuer: 'https://other.example' };
      const known = (of: Directory) => store.people.directoryEntries.personOf(of, 'entry of bob');
      expect([await known(elsewhere), (await known(OF))?.person]).toEqual([undefined, 'bob']);
      const removed = await store.people.directoryEntries.remove(elsewhere, 'entry of bob', BY);
      expect(removed).toMatchObject({ out: [] });
      expect(await known(OF)).toBeUndefined();
      expect([await roleOf('ann'), await roleOf('bob')]).toEqual(['admin', 'approver']);
    });

    it('who is active again may come back with the role of a newcomer, unless an admin removed them', async () => {
      const { admit, change, create, remove, roleOf, store } = await setUp(start);
      await create('bob');
      await admit('bob', { joinsAs: 'policy_manager' });
      await change('bob', { isActive: false });
      await change('bob', { isActive: true });
      expect(await roleOf('bob')).toBeUndefined();
      const key = { id: 'p', person: 'bob', name: 'laptop', credential: 'c', counter: 0 };
      await store.people.passkeys.add({ ...key, publicKey: new Uint8Array([1]) }, 9);
      await admit('bob');
      expect([await roleOf('bob'), await store.people.passkeys.list('bob')]).toEqual(['viewer', []]);
      const [joined] = await store.audit.query({ action: 'member.joined', limit: 1 });
      expect(joined?.after).toMatchObject({ role: 'viewer', by: 'directory' });
      // As another entry, after it was deleted.
      await remove('bob');
      await create('bob again', { userName: 'bob@acme.example' });
      await admit('bob');
      expect(await roleOf('bob')).toBe('viewer');
      const member = await store.people.members.ofPerson(FIRST_ORGANIZATION, 'bob');
      await store.people.members.remove(FIRST_ORGANIZATION, member?.id ?? '');
      expect(await admit('bob')).toEqual({ person: 'bob' });
      expect(await roleOf('bob')).toBeUndefined();
    });

    it('a last admin stays one to whom nothing opens, until there is another', async () => {
      const { admit, create, remove, roleOf, store } = await setUp(start);
      await create('ann');
      await admit('ann');
      const { accounts, apiKeys, personSessions } = store.people;
      await personSessions.begin({ hash: 's', person: 'ann', organization: FIRST_ORGANIZATION });
      const own = {
        organization: FIRST_ORGANIZATION,
        createdBy: 'ann',
        expiresAtMs: Number.MAX_SAFE_INTEGER,
      };
      await apiKeys.create({ ...own, id: 'k', name: 'k', role: 'viewer', prefix: 'bga_' }, 'key');
      const ann = { person: 'ann', email: 'ann@acme.example' };
      for (let told = 0; told < 2; told += 1) {
        expect(await remove('ann')).toMatchObject({
          ...{ lastAdmin: true, out: [ann], entry: { isActive: false } },
        });
        expect([await roleOf('ann'), await personSessions.ofPerson('ann')]).toEqual(['admin', []]);
      }
      const { directoryEntries } = store.people;
      expect(await directoryEntries.lockedOut(OF)).toEqual(['ann@acme.example']);
      expect(await directoryEntries.lockedOut({ ...OF, provider: 'twin' })).toEqual([]);
      expect(await accounts.find('ann')).not.toHaveProperty('passwordHash');
      expect(await apiKeys.findByHash('key')).toHaveProperty('revokedAtMs');
      expect(await admit('ann')).toBe('directory_closed');
      const [row, ...more] = await store.audit.query({ action: 'member.locked_out', limit: 9 });
      expect([row?.target.name, more]).toEqual(['ann@acme.example', []]);
      await create('bob');
      await admit('bob', { joinsAs: 'admin' });
      expect(await remove('ann')).toMatchObject({ lastAdmin: false, out: [ann] });
      expect(await directoryEntries.lockedOut(OF)).toEqual([]);
      expect(await roleOf('ann')).toBeUndefined();
    });

    it('an account that is removed takes with it what was left of it there', async () => {
      const { admit, create, remove, store } = await setUp(start);
      for (const id of ['bob', 'cleo']) {
        await create(id);
        await admit(id);
      }
      await remove('bob');
      for (const id of ['bob', 'cleo']) await store.people.accounts.remove(id, BY.actor);
      expect(await admit('bob', { newPerson: { id: 'bob2', name: 'x' } })).toBe('not_in_directory');
      expect(await admit('cleo', { newPerson: { id: 'cleo2', name: 'x' } })).toEqual({ person: 'cleo2' });
    });
  });
}
