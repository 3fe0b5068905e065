import { expect, it } from 'vitest';
import { POLICY_BOUNDS } from '../../limits/index.ts';
import { type Actor, GATEWAY, type PolicySave, type Store } from '../contract.ts';
import type { Start } from './fixtures.ts';

const ANN: Actor = { kind: 'person', id: 'ann', name: 'ann@acme.example', via: 'dashboard', address: '' };
const BOB: Actor = { ...ANN, id: 'bob', name: 'bob@acme.example' };
const OWNER = { organization: 'default', name: 'safe' };
const save = (base: number, text: string, change: Partial<PolicySave> = {}): PolicySave => ({
  ...{ ...OWNER, base, text, note: `why ${text}` },
  ...change,
});
const proposed = (base: number, text: string, change: Partial<PolicySave> = {}) => ({
  ...save(base, text, change),
  ...{ id: `id of ${text}`, person: 'ann', widens: 'yes' },
});
const verdict = (text: string, person: string) => ({
  organization: 'default',
  ...{ id: `id of ${text}`, person, answer: 'seen' },
});

async function actions(store: Store): Promise<readonly string[]> {
  return (await store.audit.query({ limit: 20, action: 'policy' })).map(({ action }) => action.slice(7));
}

async function mint(store: Store, name: string, policy: object) {
  const grant = { id: name, organization: 'default', name, server: 's', labels: {} };
  const rest = { mode: 'enforce', origin: 'minted' } as const;
  return store.grants.create(
    { ...grant, ...rest, ...policy },
    Buffer.from(name).toString('hex').padEnd(64, '0'),
  );
}

export function describePolicies(start: Start): void {
  it('puts one version in force with every save, and keeps all of them, also after a restart', async () => {
    const { clock, reopen, store } = await start();
    expect(await store.policies.save(save(0, 'one', { server: 'files' }), ANN)).toMatchObject({ version: 1 });
    await store.policies.save(save(1, 'two'), BOB);
    // What is in force already makes no version.
    expect(await store.policies.save(save(2, 'two'), ANN)).toMatchObject({ version: 2 });
    expect(await store.policies.save(save(2, 'one', { from: 1 }), ANN)).toMatchObject({ version: 3 });
    const { policies } = await reopen();
    const found = await policies.find(OWNER);
    expect(await policies.stored()).toEqual([found]);
    expect(found).toMatchObject({ ...OWNER, version: 3, text: 'one', server: 'files', note: 'why one' });
    const all = await policies.versions(OWNER, { limit: 9 });
    expect(all.map(({ author, version }) => `${version} ${author?.id}`)).toEqual(['3 ann', '2 bob', '1 ann']);
    expect(all[0]).toMatchObject({ origin: 'stored', sha256: all[2]?.sha256, createdAtMs: clock.wallMs() });
    expect(await policies.versions(OWNER, { limit: 1, before: 3 })).toEqual([all[1]]);
    expect((await policies.version(OWNER, 2))?.text).toBe('two');
    expect(await policies.find({ ...OWNER, organization: 'other' })).toBeUndefined();
    expect(await policies.stored('other')).toEqual([]);
  });

  it('lets one of two saves of the same version pass, and leaves a row of each change alone', async () => {
    const { store } = await start();
    await store.policies.save(save(0, 'one'), ANN);
    const both = await Promise.all([
      store.policies.save(save(1, 'two'), ANN),
      store.policies.save(save(1, 'three'), BOB),
    ]);
    expect(both).toEqual([expect.objectContaining({ version: 2, text: 'two' }), 'stale']);
    expect(await store.policies.save(save(0, 'again'), ANN)).toBe('stale');
    await store.policies.save(save(2, 'one', { from: 1 }), BOB);
    expect(await actions(store)).toEqual(['created', 'updated', 'rolled_back']);
    const [last] = await store.audit.query({ limit: 1, action: 'policy.rolled_back' });
    expect(last).toMatchObject({ actor: BOB, before: { version: 2 }, after: { version: 3, from: 1 } });
  });

  it('removes what no grant uses, and never gives its numbers again', async () => {
    const { store } = await start();
    await store.policies.save(save(0, 'one'), ANN);
    await mint(store, 'stack', { server: '', stack: [{ server: 's', policy: 'safe' }] });
    await mint(store, 'single', { policy: 'safe' });
    for (const grant of ['stack', 'single']) {
      expect(await store.policies.remove({ ...OWNER, base: 1 }, ANN)).toBe('in_use');
      await store.grants.setState(grant, 'revoked');
    }
    expect(await store.policies.remove({ ...OWNER, base: 2 }, ANN)).toBe('stale');
    expect(await store.policies.remove({ ...OWNER, base: 1 }, ANN)).toBe('removed');
    expect(await store.policies.find(OWNER)).toBeUndefined();
    expect((await store.policies.version(OWNER, 1))?.text).toBe('one');
    expect(await store.policies.save(save(0, 'one'), ANN)).toMatchObject({ version: 2 });
    expect(await actions(store)).toEqual(['created', 'removed', 'created']);
  });

  it('leaves a proposal to somebody else, once, against the version that it was made from', async () => {
    const { reopen, store } = await start();
    await store.policies.save(save(0, 'one'), ANN);
    for (const text of ['a', 'b', 'c']) await store.policies.propose(proposed(1, text), ANN);
    expect(await store.policies.propose(proposed(7, 'd'), ANN)).toBe('stale');
    const told: unknown[] = [];
    await store.outbox.address((event) => {
      told.push([event.kind, event.about]);
      return [];
    });
    const { text: _, ...about } = (await store.policies.proposal('default', 'id of a')) ?? { text: '' };
    expect(told).toHaveLength(3);
    expect(told).toContainEqual(['proposed', about]);
    const { audit, outbox, policies } = await reopen();
    expect(await policies.accept(verdict('a', 'ann'), ANN)).toBe('own');
    expect(await policies.reject(verdict('a', 'ann'), ANN)).toBe('own');
    expect(await policies.accept({ ...verdict('a', 'bob'), organization: 'other' }, BOB)).toBe('not_found');
    expect(await policies.reject(verdict('b', 'bob'), BOB)).toMatchObject({
      state: 'rejected',
      answer: 'seen',
    });
    expect((await policies.find(OWNER))?.version).toBe(1);
    const accepted = await policies.accept(verdict('a', 'bob'), BOB);
    expect(accepted).toMatchObject({
      policy: { version: 2, text: 'a', author: { id: 'ann' } },
      proposal: { state: 'accepted', decidedBy: { id: 'bob' } },
    });
    expect(await policies.accept(verdict('c', 'bob'), BOB)).toBe('stale');
    const decided: unknown[] = [];
    await outbox.address(({ about, kind }) => {
      decided.push([kind, about]);
      return [];
    });
    expect(decided).toHaveLength(2);
    const { text: __, ...rejected } = (await policies.proposal('default', 'id of b')) ?? { text: '' };
    expect(decided).toContainEqual(['proposal_decided', rejected]);
    expect(await policies.accept(verdict('a', 'bob'), BOB)).toBe('decided');
    const states = (await policies.proposals('default', { limit: 9 })).map(({ state }) => state);
    expect(states).toEqual(['waiting', 'rejected', 'accepted']);
    const rows = await audit.query({ limit: 9, action: 'policy' });
    expect(rows.map(({ action, actor }) => `${actor.id} ${action}`)).toEqual([
      'ann policy.created',
      ...['ann policy.proposed', 'ann policy.proposed', 'ann policy.proposed'],
      ...['bob policy.rejected', 'bob policy.accepted'],
    ]);
  });

  it('lets who made a proposal take it back, and nobody else, and gives those of a state', async () => {
    const { store } = await start();
    await store.policies.save(save(0, 'one'), ANN);
    for (const text of ['a', 'b']) await store.policies.propose(proposed(1, text), ANN);
    const { policies } = store;
    expect(await policies.withdraw(verdict('a', 'bob'), BOB)).toBe('not_own');
    expect(await policies.withdraw({ ...verdict('a', 'ann'), organization: 'other' }, ANN)).toBe('not_found');
    const withdrawn = { state: 'withdrawn', answer: 'seen', decidedBy: { id: 'ann' } };
    expect(await policies.withdraw(verdict('a', 'ann'), ANN)).toMatchObject(withdrawn);
    expect(await policies.withdraw(verdict('a', 'ann'), ANN)).toBe('decided');
    expect(await policies.accept(verdict('a', 'bob'), BOB)).toBe('decided');
    const ids = async (state: 'waiting' | 'withdrawn' | 'accepted') =>
      (await policies.proposals('default', { limit: 9, state })).map(({ id }) => id);
    expect([await ids('waiting'), await ids('withdrawn'), await ids('accepted')]).toEqual([
      ['id of b'],
      ['id of a'],
      [],
    ]);
    const [row] = await store.audit.query({ limit: 1, action: 'policy' });
    expect(row).toMatchObject({ action: 'policy.withdrawn', actor: { id: 'ann' } });
  });

  it('keeps as many policies and waiting proposals as are allowed, and not one more', async () => {
    const { store } = await start();
    const fill = async (count: number, add: (at: number) => Promise<unknown>) => {
      const all: unknown[] = [];
      for (let at = 0; at <= count; at += 1) all.push(await add(at));
      return all.slice(-2);
    };
    const saved = await fill(POLICY_BOUNDS.policies, (at) =>
      store.policies.save(save(0, 'one', { name: `p${at}` }), ANN),
    );
    expect(saved).toEqual([expect.objectContaining({ version: 1 }), 'too_many']);
    const waiting = await fill(POLICY_BOUNDS.waiting, (at) =>
      store.policies.propose(proposed(1, `t${at}`, { name: 'p1' }), ANN),
    );
    expect(waiting).toEqual([expect.objectContaining({ state: 'waiting' }), 'too_many']);
  });

  it('tells versions of a file from those that were saved', async () => {
    const { store } = await start();
    await store.policies.register('safe', 'one', GATEWAY);
    await store.policies.save(save(0, 'one'), ANN);
    expect(await store.policies.register('safe', 'one', GATEWAY)).toBe(3);
    expect(await store.policies.register('safe', 'one', GATEWAY)).toBe(3);
    const all = await store.policies.versions(OWNER, { limit: 9 });
    expect(all.map(({ origin }) => origin)).toEqual(['file', 'stored', 'file']);
    expect((await store.policies.find(OWNER))?.version).toBe(2);
  });

  it('attaches a policy to a grant that is not over, and to the member of a stack that is meant', async () => {
    const { store } = await start();
    await mint(store, 'single', { policy: 'old' });
    await mint(store, 'stack', { server: '', stack: [{ server: 'a', policy: 'old' }, { server: 'b' }] });
    expect(await store.grants.setPolicy('single', { policy: 'new' }, ANN)).toMatchObject({ policy: 'new' });
    const stack = await store.grants.setPolicy('stack', { policy: 'new', server: 'b' }, ANN);
    expect(stack?.stack).toEqual([
      { server: 'a', policy: 'old' },
      { server: 'b', policy: 'new' },
    ]);
    expect(await store.grants.setPolicy('stack', { policy: 'new', server: 'c' }, ANN)).toBeUndefined();
    expect(await store.grants.setPolicy('stack', { policy: 'new' }, ANN)).toBeUndefined();
    // Another one was attached since.
    for (const instead of ['old', null])
      expect(await store.grants.setPolicy('single', { policy: 'late', instead }, ANN)).toBeUndefined();
    const late = { policy: 'late', server: 'b', instead: 'old' };
    expect(await store.grants.setPolicy('stack', late, ANN)).toBeUndefined();
    const rows = await store.audit.query({ limit: 9, action: 'grant.policy_attached' });
    expect(rows.map(({ target }) => target.name)).toEqual(['single', 'stack']);
    await store.grants.setState('single', 'revoked');
    expect(await store.grants.setPolicy('single', { policy: 'old' }, ANN)).toBeUndefined();
    expect((await store.grants.list()).map(({ policy }) => policy)).toEqual(['new', undefined]);
  });
}
