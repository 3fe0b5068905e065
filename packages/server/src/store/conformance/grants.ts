import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { GrantRecord } from '../contract.ts';
import type { Start } from './fixtures.ts';

/** A minted grant of one server. */
export function newGrant(change: Partial<GrantRecord> = {}) {
  const grant = { id: 'g1', organization: 'default', name: 'laptop', server: 'files', policy: 'safe' };
  const owner = 'ada@example.com';
  return { ...grant, owner, labels: { team: 'a' }, mode: 'enforce', origin: 'minted', ...change } as const;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

export function describeGrants(start: Start): void {
  describeGrantChanges(start);
  describeGrantTokens(start);
  it('finds a grant by the hash of its token, also after a restart', async () => {
    const { store, reopen, clock } = await start();
    const made = await store.grants.create(newGrant(), hashOf('one'));
    expect(made).toEqual({ ...newGrant(), state: 'active', createdAtMs: clock.wallMs() });
    expect(store.grants.findByTokenHash(hashOf('one'))).toEqual(made);
    expect(store.grants.findByTokenHash(hashOf('two'))).toBeUndefined();
    expect((await reopen()).grants.findByTokenHash(hashOf('one'))).toEqual(made);
  });

  it('refuses a name or a token that is taken', async () => {
    const { store } = await start();
    await store.grants.create(newGrant(), hashOf('one'));
    const sameName = store.grants.create(newGrant({ id: 'g2' }), hashOf('two'));
    await expect(sameName).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('"laptop"'),
    });
    const sameToken = store.grants.create(newGrant({ id: 'g2', name: 'phone' }), hashOf('one'));
    await expect(sameToken).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('token'),
    });
    expect(await store.grants.list()).toHaveLength(1);
  });

  it('pauses and revokes by id or by name', async () => {
    const { store } = await start();
    await store.grants.create(newGrant(), hashOf('one'));
    expect(await store.grants.setState('g1', 'paused')).toBe('done');
    expect(store.grants.findByTokenHash(hashOf('one'))?.state).toBe('paused');
    expect(await store.grants.setState('laptop', 'revoked')).toBe('done');
    expect(store.grants.findByTokenHash(hashOf('one'))?.state).toBe('revoked');
    expect(await store.grants.setState('nobody', 'revoked')).toBe('unknown');
    await expect(store.grants.create(newGrant({ id: 'other' }), hashOf('two'))).rejects.toThrow(
      'a grant named "laptop" already exists, revoked, and keeps its name for the logs: choose another name',
    );
  });

  it('replaces the grants of the file and leaves the minted ones', async () => {
    const { store } = await start();
    await store.grants.create(newGrant(), hashOf('minted'));
    const fileGrant = (name: string) => ({
      grant: newGrant({ id: `file-${name}`, name, origin: 'file' }),
      tokenHash: hashOf(name),
    });
    await store.grants.replaceFileGrants([fileGrant('a'), fileGrant('b')]);
    await store.grants.setState('b', 'revoked');
    await store.grants.replaceFileGrants([fileGrant('b'), fileGrant('c')]);
    const states = (await store.grants.list()).map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual(['b revoked', 'c active', 'laptop active']);
    const active = await store.grants.matching(({ state }) => state === 'active');
    expect(active.map(({ name }) => name)).toEqual(['c', 'laptop']);
    expect(store.grants.findByTokenHash(hashOf('a'))).toBeUndefined();
  });

  it('writes of the grants of the file only those that are not as they were', async () => {
    const { store, reopen } = await start();
    const fileGrant = (name: string, { token = name, mode = 'enforce' as GrantRecord['mode'] } = {}) => ({
      grant: newGrant({ id: `file-${name}`, name, mode, origin: 'file' }),
      tokenHash: hashOf(token),
    });
    await store.grants.replaceFileGrants([fileGrant('a'), fileGrant('b')]);
    const told: unknown[] = [];
    const unfollow = store.grants.follow(({ grants, kind }) =>
      told.push([kind, ...grants.map(({ grant }) => `${grant.name} ${grant.mode}`)]),
    );
    told.length = 0;
    await store.grants.replaceFileGrants([fileGrant('a'), fileGrant('b')]);
    expect(told).toEqual([]);
    await store.grants.replaceFileGrants([
      fileGrant('b', { mode: 'observe' }),
      fileGrant('a'),
      fileGrant('c'),
    ]);
    expect(told).toEqual([['put', 'b observe', 'c enforce']]);
    unfollow();
    // Each gets the token of another.
    await store.grants.replaceFileGrants([
      fileGrant('a', { token: 'b' }),
      fileGrant('b', { token: 'c' }),
      fileGrant('c', { token: 'a' }),
    ]);
    for (const { grants } of [store, await reopen()])
      expect(['b', 'c', 'a'].map((token) => grants.findByTokenHash(hashOf(token))?.name)).toEqual([
        'a',
        'b',
        'c',
      ]);
  });

  it('changes no file grant when one of them is in conflict', async () => {
    const { store } = await start();
    await store.grants.create(newGrant(), hashOf('minted'));
    const good = { grant: newGrant({ id: 'f1', name: 'a', origin: 'file' }), tokenHash: hashOf('a') };
    await store.grants.replaceFileGrants([good]);
    const bad = { grant: newGrant({ id: 'f2', origin: 'file' }), tokenHash: hashOf('b') };
    await expect(store.grants.replaceFileGrants([bad])).rejects.toMatchObject({ code: 'conflict' });
    expect((await store.grants.list()).map(({ name }) => name)).toEqual(['a', 'laptop']);
    expect(store.grants.findByTokenHash(hashOf('a'))).toBeDefined();
  });
}

function describeGrantChanges(start: Start): void {
  it('revokes for good, whoever asks for what at the same time', async () => {
    const { store } = await start();
    await store.grants.create(newGrant(), hashOf('one'));
    const asked = (['paused', 'revoked', 'active', 'paused', 'revoked'] as const).map((state) =>
      store.grants.setState('g1', state),
    );
    expect(await Promise.all(asked)).toEqual(['done', 'done', 'revoked', 'revoked', 'done']);
    expect(await store.grants.update('g1', { name: 'phone' })).toEqual({ kind: 'revoked' });
    expect(await store.grants.rotate('g1', { hash: hashOf('two'), overlapMs: 0 })).toEqual({
      kind: 'revoked',
    });
    expect(store.grants.findByTokenHash(hashOf('one'))?.state).toBe('revoked');
    const actions = (await store.audit.query({ limit: 9 })).map(({ action }) => action);
    expect(actions).toEqual(['grant.created', 'grant.paused', 'grant.revoked']);
  });

  it('changes what is asked for and leaves the rest, in memory and in the table', async () => {
    const { store, reopen } = await start();
    const made = await store.grants.create(newGrant(), hashOf('one'));
    const { owner: _, ...others } = made;
    const wanted = { ...others, name: 'phone', labels: { team: 'b' }, mode: 'observe', expiresAtMs: 9 };
    const change = {
      name: 'phone',
      labels: { team: 'b' },
      mode: 'observe',
      expiresAtMs: 9,
      owner: null,
    } as const;
    expect(await store.grants.update('g1', change)).toEqual({ kind: 'done', grant: wanted });
    expect(store.grants.findByTokenHash(hashOf('one'))).toEqual(wanted);
    expect(await store.grants.update('g1', { expiresAtMs: null })).toMatchObject({ kind: 'done' });
    expect(await store.grants.update('nobody', { name: 'x' })).toEqual({ kind: 'unknown' });
    const { expiresAtMs: __, ...endless } = wanted;
    expect((await reopen()).grants.findByTokenHash(hashOf('one'))).toEqual(endless);
  });

  it('knows whether its owner may sign agents in with it, and says so where it is so', async () => {
    const { store, reopen } = await start();
    const owned = await store.grants.create(newGrant({ ownerMaySignIn: true }), hashOf('one'));
    const plain = await store.grants.create(newGrant({ id: 'g2', name: 'phone' }), hashOf('two'));
    expect([owned.ownerMaySignIn, plain.ownerMaySignIn]).toEqual([true, undefined]);
    const again = await reopen();
    expect(await again.grants.list()).toEqual([owned, plain]);
    await again.grants.update('g1', { labels: {} });
    expect((await again.grants.get('default', 'g1'))?.ownerMaySignIn).toBe(true);
    await again.grants.update('g1', { ownerMaySignIn: false });
    await again.grants.update('g2', { ownerMaySignIn: true });
    expect(await again.grants.get('default', 'g1')).not.toHaveProperty('ownerMaySignIn');
    expect((await again.grants.get('default', 'g2'))?.ownerMaySignIn).toBe(true);
    const acts = (await again.audit.query({ limit: 9 })).map(({ after }) => after?.['ownerMaySignIn']);
    expect(acts).toEqual([true, undefined, true, undefined, true]);
  });

  it('knows from where a grant is used, and keeps it through other changes', async () => {
    const { store, reopen } = await start();
    const networks = ['10.0.0.0/8', '2001:db8::1'];
    const bound = await store.grants.create(newGrant({ networks }), hashOf('one'));
    expect(bound.networks).toEqual(networks);
    const again = await reopen();
    expect(again.grants.findByTokenHash(hashOf('one'))).toEqual(bound);
    await again.grants.update('g1', { labels: {} });
    expect((await again.grants.get('default', 'g1'))?.networks).toEqual(networks);
    await again.grants.update('g1', { networks: ['192.0.2.1'] });
    expect((await again.grants.get('default', 'g1'))?.networks).toEqual(['192.0.2.1']);
    await again.grants.update('g1', { networks: null });
    expect(await again.grants.get('default', 'g1')).not.toHaveProperty('networks');
    const acts = (await again.audit.query({ limit: 9 })).map(({ after }) => after?.['networks']);
    expect(acts).toEqual([networks, networks, ['192.0.2.1'], undefined]);
  });

  it('finds grants by what stands in them and by their state as it is now', async () => {
    const { clock, store } = await start();
    const stack = [{ server: 'mail', policy: 'careful' }];
    const made = [
      newGrant({ id: 'a', name: 'Laptop 100%' }),
      newGrant({ id: 'b', name: 'b', server: '', stack }),
      newGrant({ id: 'c', name: 'c', owner: 'bob@example.com', expiresAtMs: clock.wallMs() + 1 }),
      newGrant({ id: 'd', name: 'd', policy: 'strict' }),
    ];
    for (const grant of made) await store.grants.create(grant, hashOf(grant.id));
    await store.grants.setState('d', 'revoked');
    await store.grants.setState('b', 'paused');
    const find = async (of: Partial<Parameters<typeof store.grants.page>[0]>) =>
      (await store.grants.page({ organization: 'default', limit: 9, ...of })).map(({ id }) => id);
    const texts = ['laptop', '100%', 'CAREFUL', 'mail', 'bob@', 'strict', 'files', 'x%'];
    expect(await Promise.all(texts.map((text) => find({ text })))).toEqual([
      ['a'],
      ['a'],
      ['b'],
      ['b'],
      ['c'],
      ['d'],
      ['a', 'c', 'd'],
      [],
    ]);
    const servers = ['files', 'mail', 'file', 'careful'];
    expect(await Promise.all(servers.map((server) => find({ server })))).toEqual([
      ['a', 'c', 'd'],
      ['b'],
      [],
      [],
    ]);
    const states = ['active', 'paused', 'expired', 'revoked'] as const;
    const byState = () => Promise.all(states.map((state) => find({ state })));
    expect(await byState()).toEqual([['a', 'c'], ['b'], [], ['d']]);
    clock.pass(1);
    expect(await byState()).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('keeps names apart by organisation, and gives each its own page by page', async () => {
    const { store } = await start();
    for (const [organization, names] of Object.entries({ default: ['a', 'b', 'c'], other: ['a', 'b'] }))
      for (const name of names) {
        const id = `${organization} ${name}`;
        await store.grants.create(newGrant({ id, organization, name }), hashOf(id));
      }
    const taken = store.grants.update('other b', { name: 'a' });
    await expect(taken).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('"a"') });
    const page = async (of: object) =>
      (await store.grants.page({ organization: 'default', limit: 2, ...of })).map(({ id }) => id);
    expect(await page({})).toEqual(['default a', 'default b']);
    expect(await page({ after: 'b' })).toEqual(['default c']);
    expect(await page({ organization: 'other', after: 'a' })).toEqual(['other b']);
    expect((await store.grants.get('default', 'default a'))?.name).toBe('a');
    expect(await store.grants.get('default', 'other a')).toBeUndefined();
  });
}

function describeGrantTokens(start: Start): void {
  it('finds by an earlier token a grant that ends with the overlap, and by none before it', async () => {
    const { store, clock, reopen } = await start();
    await store.grants.create(newGrant(), hashOf('one'));
    const overlapEndsAtMs = clock.wallMs() + 60_000;
    expect(await store.grants.rotate('g1', { hash: hashOf('two'), overlapMs: 60_000 })).toMatchObject({
      kind: 'done',
      grant: { id: 'g1', overlapEndsAtMs },
    });
    for (const { grants } of [store, await reopen()]) {
      expect(grants.findByTokenHash(hashOf('one'))).toMatchObject({ id: 'g1', expiresAtMs: overlapEndsAtMs });
      expect(grants.findByTokenHash(hashOf('two'))?.expiresAtMs).toBeUndefined();
    }
    const { grants } = await reopen();
    expect(await grants.rotate('g1', { hash: hashOf('three'), overlapMs: 1 })).toMatchObject({
      kind: 'done',
    });
    expect(grants.findByTokenHash(hashOf('one'))).toBeUndefined();
    expect(grants.findByTokenHash(hashOf('two'))?.id).toBe('g1');
    expect(await grants.rotate('g1', { hash: hashOf('four'), overlapMs: 0 })).toMatchObject({ kind: 'done' });
    const found = ['one', 'two', 'three', 'four'].map((one) => grants.findByTokenHash(hashOf(one))?.id);
    expect(found).toEqual([undefined, undefined, undefined, 'g1']);
    // What holds beside the new token never outlives the grant.
    await grants.update('g1', { expiresAtMs: 5 });
    await grants.rotate('g1', { hash: hashOf('five'), overlapMs: 60_000 });
    expect(grants.findByTokenHash(hashOf('four'))?.expiresAtMs).toBe(5);
  });

  it('reveals the newest token where it is kept, with a row, and no other', async () => {
    const { store, reopen } = await start();
    await store.grants.create(newGrant(), { hash: hashOf('one'), token: 'one' });
    expect(await store.grants.reveal('g1')).toEqual({ kind: 'done', token: 'one' });
    await store.grants.rotate('g1', { hash: hashOf('two'), token: 'two', overlapMs: 0 });
    const again = await reopen();
    expect(await again.grants.reveal('g1')).toEqual({ kind: 'done', token: 'two' });
    expect((await again.grants.get('default', 'g1'))?.isTokenKept).toBe(true);
    await again.grants.rotate('g1', { hash: hashOf('three'), overlapMs: 0 });
    expect(await again.grants.reveal('g1')).toEqual({ kind: 'not_kept' });
    expect(await again.grants.reveal('nobody')).toEqual({ kind: 'unknown' });
    const [, ...acts] = await again.audit.query({ limit: 9 });
    expect(acts.map(({ action }) => action)).toEqual(
      ['revealed', 'rotated', 'revealed', 'rotated'].map((verb) => `grant.${verb}`),
    );
    expect(JSON.stringify(acts)).not.toMatch(/"(?:one|two|three)"/);
  });
}
