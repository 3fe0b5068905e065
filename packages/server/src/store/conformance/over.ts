import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FIRST_ORGANIZATION, type GrantNews, type Store } from '../contract.ts';
import { approvalAsk } from './approvals.ts';
import { DAY_MS, decisionRow, type Start, type TestClock } from './fixtures.ts';
import { newGrant } from './grants.ts';
import { setUp } from './people.ts';

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const KEPT = { keptMs: 90 * DAY_MS };

/** Mints one whose id, name and token are the same text. */
const mint = ({ grants }: Store, name: string, more: Parameters<typeof newGrant>[0] = {}) =>
  grants.create(newGrant({ id: name, name, ...more }), hashOf(name));

const namesOf = async ({ grants }: Store) => (await grants.list()).map(({ name }) => name);

/** A look as the gateway has one every hour. */
const look = ({ grants }: Store, clock: TestClock) => grants.expire({ nowMs: clock.wallMs(), ...KEPT });

export function describeOver(start: Start): void {
  describe('what has been over for long', () => {
    describeGoing(start);
    describeStaying(start);
    describePeopleOver(start);
  });
}

function describeGoing(start: Start): void {
  it("grants go that were revoked or have expired, with a row, and their names and tokens are nobody's", async () => {
    const { clock, reopen, store } = await start();
    await mint(store, 'revoked');
    await mint(store, 'expiring', { expiresAtMs: clock.wallMs() + DAY_MS });
    await mint(store, 'endless');
    await store.grants.setState('revoked', 'revoked');
    expect(await look(store, clock)).toBe(0);
    clock.pass(DAY_MS);
    expect(await look(store, clock)).toBe(0);
    clock.pass(89 * DAY_MS - 1);
    expect(await look(store, clock)).toBe(0);
    clock.pass(1);
    expect(await look(store, clock)).toBe(1);
    expect(await namesOf(store)).toEqual(['endless', 'expiring']);
    clock.pass(DAY_MS);
    expect(await look(store, clock)).toBe(1);
    const expectGone = async (one: Store) => {
      expect(await namesOf(one)).toEqual(['endless']);
      for (const name of ['revoked', 'expiring'])
        expect(one.grants.findByTokenHash(hashOf(name))).toBeUndefined();
    };
    await expectGone(store);
    const again = await reopen();
    await expectGone(again);
    const told = (name: string) => ({ count: 1, rows: [{ id: name, name }] });
    expect(await again.audit.query({ limit: 9, action: 'grant.deleted' })).toMatchObject([
      { actor: { kind: 'system' }, organization: 'default', before: told('revoked') },
      { before: told('expiring') },
    ]);
    await again.grants.create(newGrant({ id: 'new', name: 'revoked' }), hashOf('new'));
    expect((await again.grants.get('default', 'new'))?.state).toBe('active');
    expect(await again.grants.get('default', 'revoked')).toBeUndefined();
  });

  it('grants go in steps, with the agents that signed in, and each organisation has its rows', async () => {
    const { clock, store } = await start();
    for (const organization of ['default', 'other'])
      for (let at = 0; at < 60; at += 1) {
        const id = `${organization} ${at}`;
        await mint(store, id, { organization });
        await store.grants.setState(id, 'revoked');
      }
    const endsAtMs = clock.wallMs() + 400 * DAY_MS;
    const of = { signIn: 's', grant: 'default 0' };
    await store.agentSignIns.put({ kind: 'sign_in', key: 's', of, content: 'c', endsAtMs });
    clock.pass(90 * DAY_MS);
    expect(await look(store, clock)).toBe(120);
    expect(await namesOf(store)).toEqual([]);
    expect(await store.agentSignIns.find('sign_in', 's')).toBeUndefined();
    const rows = await store.audit.query({ limit: 9, action: 'grant.deleted' });
    const counts = rows.map(({ before, organization }) => `${organization} ${before?.['count']}`);
    expect(counts.toSorted()).toEqual(['default 60', 'other 20', 'other 40']);
  });

  it('grants go from the memory of every process and of those who follow, one by one, and soon it is not told any more', async () => {
    const { beside, clock, kept, store } = await start();
    const other = await beside();
    const told: GrantNews[] = [];
    for (const name of ['a', 'b']) await mint(store, name);
    await store.grants.setState('a', 'revoked');
    await other.grants.refresh();
    const late = await beside();
    const unfollow = other.grants.follow((news) => told.push(news));
    clock.pass(90 * DAY_MS);
    expect(await look(store, clock)).toBe(1);
    expect(await look(other, clock)).toBe(0);
    await other.grants.refresh();
    expect(other.grants.findByTokenHash(hashOf('a'))).toBeUndefined();
    expect(other.grants.findByTokenHash(hashOf('b'))?.id).toBe('b');
    expect(told.map(({ grants, kind }) => [kind, ...grants.map(({ grant }) => grant.id)])).toEqual([
      ['all', 'a', 'b'],
      ['gone', 'a'],
    ]);
    unfollow();
    // A process that has not looked for so long reads everything.
    clock.pass(2 * DAY_MS);
    await mint(store, 'c');
    await look(store, clock);
    expect(late.grants.findByTokenHash(hashOf('a'))?.id).toBe('a');
    expect(await namesOf(late)).toEqual(['b', 'c']);
    expect(await kept()).not.toContain(Buffer.from(hashOf('a'), 'hex').toString('latin1'));
  });
}

function describeStaying(start: Start): void {
  it("no grant goes that is open, or the file's, however far a clock was ahead", async () => {
    const { clock, store } = await start();
    const declared = newGrant({ id: 'declared', name: 'declared', origin: 'file', expiresAtMs: 1 });
    await store.grants.replaceFileGrants([{ grant: declared, tokenHash: hashOf('declared') }]);
    await store.grants.setState('declared', 'revoked');
    await mint(store, 'open', { expiresAtMs: clock.wallMs() + 500 * DAY_MS });
    await mint(store, 'paused');
    await store.grants.setState('paused', 'paused');
    const wrong = (days: number) => store.grants.expire({ nowMs: clock.wallMs() + days * DAY_MS, ...KEPT });
    expect(await wrong(501)).toBe(0);
    clock.pass(499 * DAY_MS);
    expect(await look(store, clock)).toBe(0);
    expect(await namesOf(store)).toEqual(['declared', 'open', 'paused']);
    // What the file declares once more is as it was.
    const told: GrantNews[] = [];
    const unfollow = store.grants.follow((news) => told.push(news));
    await store.grants.replaceFileGrants([{ grant: declared, tokenHash: hashOf('declared') }]);
    expect(told).toHaveLength(1);
    unfollow();
  });

  it('a grant whose end was set to long ago, or anew, counts from when that was seen', async () => {
    const { clock, store } = await start();
    await mint(store, 'g');
    await store.grants.update('g', { expiresAtMs: 5 });
    expect(await look(store, clock)).toBe(0);
    clock.pass(89 * DAY_MS);
    await store.grants.update('g', { labels: {} });
    await store.grants.update('g', { expiresAtMs: 6 });
    clock.pass(DAY_MS);
    expect(await look(store, clock)).toBe(0);
    await store.grants.update('g', { expiresAtMs: null });
    clock.pass(90 * DAY_MS);
    expect(await look(store, clock)).toBe(0);
    await store.grants.setState('g', 'revoked');
    clock.pass(90 * DAY_MS);
    expect(await look(store, clock)).toBe(1);
  });

  it('a grant stays as long as its approvals are kept', async () => {
    const { clock, store } = await start();
    await mint(store, 'g');
    const row = () => decisionRow({ outcome: 'approve', forwarded: false });
    await store.journal.ask(approvalAsk({ grantId: 'g' }), '{}', row);
    await store.grants.setState('g', 'revoked');
    clock.pass(80 * DAY_MS);
    await store.approvals.sweep();
    clock.pass(10 * DAY_MS);
    expect(await look(store, clock)).toBe(0);
    clock.pass(90 * DAY_MS);
    await store.approvals.sweep();
    await store.approvals.sweep();
    expect(await look(store, clock)).toBe(1);
  });
}

function describePeopleOver(start: Start): void {
  it('invitations and API keys go, with a row, and open ones stay', async () => {
    const { clock, store } = await setUp(start);
    const { apiKeys, invitations } = store.people;
    const common = { organization: FIRST_ORGANIZATION, role: 'viewer', createdBy: 'ann' } as const;
    const expiresAtMs = clock.wallMs() + 7 * DAY_MS;
    const invite = (id: string) =>
      invitations.create({ ...common, id, email: `${id}@acme.example`, expiresAtMs }, `${id}-token`);
    const make = (id: string, endMs: number) =>
      apiKeys.create({ ...common, id, name: id, prefix: 'bgk', expiresAtMs: endMs }, `${id}-key`);
    await invite('early');
    await invite('taken-back');
    await invitations.revoke(FIRST_ORGANIZATION, 'taken-back');
    await make('short', expiresAtMs);
    await make('taken-back', expiresAtMs + 300 * DAY_MS);
    await make('0-long', expiresAtMs + 300 * DAY_MS);
    await apiKeys.revoke(FIRST_ORGANIZATION, 'taken-back');
    const look = async () => {
      const which = { nowMs: clock.wallMs(), ...KEPT };
      return [await invitations.expire(which), await apiKeys.expire(which)];
    };
    clock.pass(97 * DAY_MS - 1);
    expect(await look()).toEqual([0, 1]);
    await invitations.create(
      { ...common, id: '0-late', email: 'late@acme.example', expiresAtMs: clock.wallMs() + DAY_MS },
      'late-token',
    );
    clock.pass(1);
    expect(await look()).toEqual([2, 1]);
    const left = { limit: 9 };
    expect((await invitations.list(FIRST_ORGANIZATION, left)).map(({ id }) => id)).toEqual(['0-late']);
    expect((await apiKeys.list(FIRST_ORGANIZATION, left)).map(({ id }) => id)).toEqual(['0-long']);
    expect(await apiKeys.findByHash('short-key')).toBeUndefined();
    const acts = (await store.audit.query({ limit: 50 })).filter(({ action }) => action.endsWith('.deleted'));
    expect(acts.map(({ action, before }) => `${action} ${before?.['count']}`)).toEqual([
      'api_key.deleted 1',
      'invitation.deleted 2',
      'api_key.deleted 1',
    ]);
  });
}
