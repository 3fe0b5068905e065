import type { Role } from '@boomgate/contract';
import { describe, expect, it } from 'vitest';
import {
  ANSWER_MADE_MS,
  KEPT_ANSWER_MS,
  SESSION_IDLE_MS,
  SESSION_MS,
  SPENT_LONGER_MS,
} from '../../limits/index.ts';
import { FIRST_ORGANIZATION, type Store } from '../contract.ts';
import { MINUTE_MS, type Start } from './fixtures.ts';

const person = (id: string) => ({ id, email: `${id}@acme.example`, name: id, passwordHash: 'hash' });
const ORGANIZATION = { id: FIRST_ORGANIZATION, name: 'Acme' };

/** A store with its first person `ann`, member `m1`. */
export async function setUp(start: Start) {
  const begun = await start();
  await begun.store.people.setup.open('code', begun.clock.wallMs() + MINUTE_MS);
  const first = { person: person('ann'), organization: ORGANIZATION, memberId: 'm1' };
  expect(await begun.store.people.setup.complete('code', first)).toBe(true);
  return begun;
}

let count = 0;

/** Makes somebody a member by an invitation. */
export async function admit({ people }: Store, id: string, role: Role) {
  count += 1;
  const invitation = { id: `i${count}`, organization: FIRST_ORGANIZATION, email: `${id}@acme.example`, role };
  const token = `token ${count}`;
  await people.invitations.create(
    { ...invitation, createdBy: 'ann', expiresAtMs: Number.MAX_SAFE_INTEGER },
    token,
  );
  return people.invitations.accept(token, { newPerson: person(id), memberId: `member of ${id}` });
}

export function describePeople(start: Start): void {
  describe('people', () => {
    it('begin with one, by the code that is open, as long as it is', async () => {
      const { clock, store } = await start();
      const first = { person: person('ann'), organization: ORGANIZATION, memberId: 'm1' };
      const { setup } = store.people;
      expect(await setup.complete('code', first)).toBe(false);
      await setup.open('earlier', clock.wallMs() + MINUTE_MS);
      await setup.open('code', clock.wallMs() + MINUTE_MS);
      expect(await setup.complete('earlier', first)).toBe(false);
      clock.pass(MINUTE_MS);
      expect(await setup.complete('code', first)).toBe(false);
      await setup.open('code', clock.wallMs() + 1);
      expect(await setup.complete('code', first)).toBe(true);
      await setup.open('code', clock.wallMs() + MINUTE_MS);
      expect(await setup.complete('code', { ...first, person: person('eve') })).toBe(false);
      expect(await store.people.accounts.count()).toBe(1);
    });

    it('keep what they enrolled, also after a restart; steps and recovery codes are spent once', async () => {
      const { reopen, store } = await setUp(start);
      await store.people.accounts.setTotp('ann', { sealedSecret: 'sealed', isConfirmed: true });
      await store.people.accounts.replaceRecoveryCodes('ann', ['one', 'two']);
      const { accounts } = (await reopen()).people;
      expect(await accounts.findByEmail('ann@acme.example')).toMatchObject({
        ...person('ann'),
        totp: { sealedSecret: 'sealed', isConfirmed: true },
      });
      const steps = [await accounts.spendTotpStep('ann', 7), await accounts.spendTotpStep('ann', 7)];
      expect(await accounts.setTotp('ann', { sealedSecret: 'other', isConfirmed: false })).toBe(false);
      expect((await accounts.find('ann'))?.totp).toEqual({ sealedSecret: 'sealed', isConfirmed: true });
      expect([...steps, await accounts.spendTotpStep('ann', 6)]).toEqual([true, false, false]);
      const codes = [
        await accounts.spendRecoveryCode('ann', 'one'),
        await accounts.spendRecoveryCode('ann', 'one'),
      ];
      expect([...codes, await accounts.spendRecoveryCode('bob', 'two')]).toEqual([true, false, false]);
      await accounts.setTotp('ann', undefined);
      expect(await accounts.spendRecoveryCode('ann', 'two')).toBe(false);
    });

    it('lose what they enrolled with codes and sessions in one, and each of their organisations has a row', async () => {
      const { store } = await setUp(start);
      const { accounts, organizations, personSessions } = store.people;
      const by = { kind: 'cli', id: 'root', name: 'root', via: 'cli', address: '' } as const;
      expect(await accounts.removeTotp('ann', by)).toBe(false);
      await organizations.create({ id: 'acme', name: 'Acme' }, { id: 'm9', person: 'ann' });
      await personSessions.begin({ hash: 'here', person: 'ann', organization: FIRST_ORGANIZATION });
      await accounts.setTotp('ann', { sealedSecret: 'sealed', isConfirmed: true });
      await accounts.replaceRecoveryCodes('ann', ['one']);
      expect(await accounts.removeTotp('ann', by)).toBe(true);
      expect((await accounts.find('ann'))?.totp).toBeUndefined();
      expect(await accounts.spendRecoveryCode('ann', 'one')).toBe(false);
      expect(await personSessions.find('here')).toBeUndefined();
      const rows = await store.audit.query({ action: 'second_factor.removed', limit: 9 });
      expect(rows.map(({ organization }) => organization).sort()).toEqual(
        ['acme', FIRST_ORGANIZATION].sort(),
      );
    });

    it('confirm what they enrolled, with codes and the end of their other sessions, in one', async () => {
      const { store } = await setUp(start);
      const { accounts, personSessions } = store.people;
      for (const hash of ['here', 'elsewhere'])
        await personSessions.begin({ hash, person: 'ann', organization: FIRST_ORGANIZATION });
      await accounts.setTotp('ann', { sealedSecret: 'sealed', isConfirmed: false });
      const given = { sealedSecret: 'sealed', codes: ['one'], session: 'here' };
      expect(await accounts.confirmTotp('ann', { ...given, sealedSecret: 'another' })).toBe(false);
      expect(await personSessions.find('elsewhere')).toBeDefined();
      const confirmed = [
        await accounts.confirmTotp('ann', given),
        await accounts.confirmTotp('ann', { ...given, codes: ['two'] }),
      ];
      expect(confirmed).toEqual([true, false]);
      expect((await accounts.find('ann'))?.totp).toEqual({ sealedSecret: 'sealed', isConfirmed: true });
      expect([await personSessions.find('elsewhere'), (await personSessions.find('here'))?.hash]).toEqual([
        undefined,
        'here',
      ]);
      const spent = ['one', 'two'].map((code) => accounts.spendRecoveryCode('ann', code));
      expect(await Promise.all(spent)).toEqual([true, false]);
    });

    it('are admitted once by an invitation, which ends', async () => {
      const { clock, store } = await setUp(start);
      const { invitations } = store.people;
      const base = {
        organization: FIRST_ORGANIZATION,
        email: 'bob@acme.example',
        role: 'viewer',
        createdBy: 'ann',
      } as const;
      const expiresAtMs = clock.wallMs() + MINUTE_MS;
      for (const id of ['a', 'b', 'c']) await invitations.create({ ...base, id, expiresAtMs }, id);
      expect(await invitations.revoke('another', 'a')).toBeUndefined();
      expect([
        await invitations.revoke(FIRST_ORGANIZATION, 'a'),
        await invitations.findOpen('a'),
      ]).toMatchObject([{ id: 'a', email: 'bob@acme.example' }, undefined]);
      const newPerson = { ...person('bob'), email: 'eve@acme.example' };
      expect(await invitations.accept('b', { memberId: 'm2' })).toBe('unknown');
      expect(await invitations.accept('b', { newPerson, memberId: 'm2' })).toMatchObject({ role: 'viewer' });
      expect(await store.people.accounts.find('bob')).toMatchObject({ email: 'bob@acme.example' });
      expect(await invitations.accept('b', { memberId: 'm3' })).toBe('unknown');
      expect(await invitations.accept('c', { memberId: 'm3' })).toBe('already_member');
      clock.pass(MINUTE_MS);
      expect(await invitations.findOpen('c')).toBeUndefined();
      const listed = await invitations.list(FIRST_ORGANIZATION, { after: 'c', limit: 1 });
      expect(listed.map(({ id }) => id)).toEqual(['b']);
    });

    it('leave an admin behind, and take keys and sessions along', async () => {
      const { clock, store } = await setUp(start);
      await admit(store, 'bob', 'admin');
      const { apiKeys, members, personSessions } = store.people;
      const key = {
        id: 'k',
        organization: FIRST_ORGANIZATION,
        name: 'k',
        role: 'viewer',
        prefix: 'k',
      } as const;
      const networks = ['10.0.0.0/8'];
      await apiKeys.create(
        { ...key, createdBy: 'bob', networks, expiresAtMs: clock.wallMs() + MINUTE_MS },
        'key',
      );
      await personSessions.begin({ hash: 's', person: 'bob', organization: FIRST_ORGANIZATION });
      expect(await members.remove('another', 'm1')).toBe('unknown');
      expect(await members.remove(FIRST_ORGANIZATION, 'member of bob')).toBe('done');
      await apiKeys.note('k');
      const usedAtMs = clock.wallMs();
      expect(await apiKeys.findByHash('key')).toMatchObject({
        networks,
        usedAtMs,
        revokedAtMs: clock.wallMs(),
      });
      expect(await personSessions.find('s')).toBeUndefined();
      expect(await members.remove(FIRST_ORGANIZATION, 'm1')).toBe('last_admin');
      expect(await members.setRole({ organization: FIRST_ORGANIZATION, id: 'm1' }, 'viewer')).toBe(
        'last_admin',
      );
      expect(await members.setRole({ organization: FIRST_ORGANIZATION, id: 'm1' }, 'admin')).toBe('done');
    });

    it('make no invitation and no key once they may not, however shortly before they were asked', async () => {
      const { clock, store } = await setUp(start);
      await admit(store, 'bob', 'admin');
      const { apiKeys, invitations, members } = store.people;
      const of = { organization: FIRST_ORGANIZATION, id: 'member of bob' };
      const made = {
        organization: FIRST_ORGANIZATION,
        role: 'admin',
        createdBy: 'bob',
        expiresAtMs: clock.wallMs() + MINUTE_MS,
      } as const;
      const make = async (id: string) => [
        await invitations.create({ ...made, id, email: 'x@acme.example' }, id),
        await apiKeys.create({ ...made, id, name: id, prefix: id }, id),
      ];
      expect(await make('while admin')).toMatchObject([{ id: 'while admin' }, { id: 'while admin' }]);
      await members.setRole(of, 'viewer');
      expect(await make('as viewer')).toEqual([undefined, undefined]);
      await members.remove(FIRST_ORGANIZATION, of.id);
      expect(await make('afterwards')).toEqual([undefined, undefined]);
      expect(await invitations.findOpen('afterwards')).toBeUndefined();
      expect(await apiKeys.findByHash('afterwards')).toBeUndefined();
    });

    it('take invitations along that they made or that are for them, and those alone', async () => {
      const { clock, store } = await setUp(start);
      await admit(store, 'bob', 'admin');
      const { invitations, members, organizations } = store.people;
      await organizations.create({ id: 'other', name: 'Other' }, { id: 'm2', person: 'ann' });
      const invite = (id: string, change: object = {}) => {
        const base = { organization: FIRST_ORGANIZATION, email: `${id}@acme.example`, createdBy: 'ann' };
        const expiresAtMs = clock.wallMs() + MINUTE_MS;
        return invitations.create({ ...base, role: 'admin', expiresAtMs, id, ...change }, id);
      };
      const openOf = async (ids: readonly string[]) => {
        const found = await Promise.all(ids.map((id) => invitations.findOpen(id)));
        return found.flatMap((one) => (one === undefined ? [] : [one.id]));
      };
      await invite('of bob', { createdBy: 'bob' });
      await invite('for bob', { email: 'bob@acme.example' });
      await invite('for bob elsewhere', { email: 'bob@acme.example', organization: 'other' });
      await invite('of ann');
      const all = ['of bob', 'for bob', 'for bob elsewhere', 'of ann'];
      expect(await members.setRole({ organization: FIRST_ORGANIZATION, id: 'member of bob' }, 'admin')).toBe(
        'done',
      );
      expect(await openOf(all)).toEqual(all);
      expect(await members.setRole({ organization: FIRST_ORGANIZATION, id: 'member of bob' }, 'viewer')).toBe(
        'done',
      );
      expect(await openOf(all)).toEqual(['for bob', 'for bob elsewhere', 'of ann']);
      expect(await members.remove(FIRST_ORGANIZATION, 'member of bob')).toBe('done');
      expect(await openOf(all)).toEqual(['for bob elsewhere', 'of ann']);
    });

    it('are signed in for a time, and everywhere or nowhere', async () => {
      const { clock, store } = await setUp(start);
      const { personSessions } = store.people;
      const begin = (hash: string) =>
        personSessions.begin({ hash, person: 'ann', organization: FIRST_ORGANIZATION });
      const begun = await begin('a');
      await begin('b');
      expect(await personSessions.find('a')).toEqual(begun);
      clock.pass(SESSION_IDLE_MS - 1);
      await personSessions.note('a');
      clock.pass(1);
      expect([(await personSessions.find('a')) !== undefined, await personSessions.find('b')]).toEqual([
        true,
        undefined,
      ]);
      for (let passed = SESSION_IDLE_MS; passed < SESSION_MS - 1; passed += MINUTE_MS * 60) {
        await personSessions.note('a');
        clock.pass(Math.min(MINUTE_MS * 60, SESSION_MS - 1 - passed));
      }
      expect(await personSessions.find('a')).toBeDefined();
      clock.pass(1);
      expect(await personSessions.find('a')).toBeUndefined();
      for (const hash of ['c', 'd']) await begin(hash);
      await personSessions.endAllOf('ann', 'd');
      expect([await personSessions.find('c'), (await personSessions.find('d'))?.hash]).toEqual([
        undefined,
        'd',
      ]);
    });

    it('change settings of an organisation that nobody changed meanwhile', async () => {
      const { store } = await setUp(start);
      const { organizations } = store.people;
      const changed = await organizations.change(
        { id: FIRST_ORGANIZATION, version: 1 },
        { requireSecondFactor: true },
      );
      expect(changed).toMatchObject({ name: 'Acme', requireSecondFactor: true, version: 2 });
      expect(await organizations.change({ id: FIRST_ORGANIZATION, version: 1 }, { name: 'Other' })).toBe(
        'stale',
      );
      expect(await organizations.find(FIRST_ORGANIZATION)).toEqual(changed);
    });

    it('stop the agents of an organisation, and let them in again', async () => {
      const { store } = await setUp(start);
      const { organizations } = store.people;
      expect(await organizations.stopped()).toEqual(new Set());
      const stopped = await organizations.change(
        { id: FIRST_ORGANIZATION, version: 1 },
        { agentsStopped: true },
      );
      expect(stopped).toMatchObject({ agentsStopped: true });
      expect(await organizations.stopped()).toEqual(new Set([FIRST_ORGANIZATION]));
      await organizations.change({ id: FIRST_ORGANIZATION, version: 2 }, { agentsStopped: false });
      expect(await organizations.stopped()).toEqual(new Set());
    });

    it('get the answer that was kept for a key, of their own, until it is forgotten', async () => {
      const { clock, reopen, store } = await setUp(start);
      const answer = { fingerprint: 'f', sealed: 's' };
      await store.people.keptAnswers.keep('ann', 'k', answer);
      await store.people.keptAnswers.keep('ann', 'k', { fingerprint: 'other', sealed: 'other' });
      const { keptAnswers } = (await reopen()).people;
      expect(await keptAnswers.begin('ann', 'k', 'g')).toEqual(answer);
      expect(await keptAnswers.begin('bob', 'k', 'g')).toBeUndefined();
      clock.pass(KEPT_ANSWER_MS);
      expect(await keptAnswers.begin('ann', 'k', 'g')).toBeUndefined();
    });

    it('make what a key stands for one at a time, until it is dropped or takes too long', async () => {
      const { clock, reopen, store } = await setUp(start);
      const begin = ({ people }: Store) => people.keptAnswers.begin('ann', 'k', 'f');
      const all = await Promise.all([begin(store), begin(store), begin(store)]);
      expect(all.filter((one) => one === undefined)).toHaveLength(1);
      const again = await reopen();
      expect(await begin(again)).toEqual({ fingerprint: 'f', sealed: undefined });
      await again.people.keptAnswers.drop('ann', 'k');
      expect(await begin(again)).toBeUndefined();
      clock.pass(ANSWER_MADE_MS);
      expect(await begin(again)).toBeUndefined();
      await again.people.keptAnswers.keep('ann', 'k', { fingerprint: 'f', sealed: 's' });
      await again.people.keptAnswers.drop('ann', 'k');
      expect(await begin(again)).toEqual({ fingerprint: 'f', sealed: 's' });
    });

    it('spend a text once, until its time is over', async () => {
      const { clock, reopen, store } = await setUp(start);
      const untilMs = clock.wallMs() + 1_000;
      const spend = ({ people }: Store) => people.spent.spend('a', untilMs);
      expect((await Promise.all([spend(store), spend(store)])).sort()).toEqual([false, true]);
      const again = await reopen();
      expect(await spend(again)).toBe(false);
      expect(await again.people.spent.spend('b', untilMs)).toBe(true);
      clock.pass(1_000);
      expect(await spend(again)).toBe(false);
      clock.pass(SPENT_LONGER_MS);
      expect(await spend(again)).toBe(true);
      // Of more bytes than a key of an index has, which cannot be made smaller.
      const long = Array.from({ length: 1_024 }, (_, at) =>
        String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000)),
      );
      const spendLong = (end: string) => again.people.spent.spend(long.join('') + end, untilMs);
      expect([await spendLong('a'), await spendLong('a'), await spendLong('b')]).toEqual([true, false, true]);
    });
  });
}
