import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCESS_TOKENS_OF_GRANT } from '../../limits/index.ts';
import type { AccessToken, Grants, KnownGrant } from '../contract.ts';
import type { Start } from './fixtures.ts';
import { newGrant } from './grants.ts';

const LIFE_MS = 60_000;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

const accessToken = (name: string, endsAtMs: number, signIn = 'sign-in-1'): AccessToken => ({
  ...{ hash: hashOf(name), endsAtMs, signIn },
});

const found = (grants: Grants, names: readonly string[]) =>
  names.filter((name) => grants.findByAccessHash(hashOf(name)) !== undefined);

export function describeAccessTokens(start: Start): void {
  describe('access tokens of a grant', () => {
    describeHolding(start);
    describeEnding(start);
    describeTelling(start);
  });
}

/** A grant with the token "one", and an access token of each name, all with the same end. */
async function startWith(start: Start, names: readonly string[]) {
  const started = await start();
  const endsAtMs = started.clock.wallMs() + LIFE_MS;
  await started.store.grants.create(newGrant(), hashOf('one'));
  for (const name of names)
    expect(await started.store.grants.putAccess('g1', accessToken(name, endsAtMs))).toBe('done');
  return { ...started, endsAtMs };
}

function describeHolding(start: Start): void {
  it('lead to it as to one that ends with the token, also after a restart', async () => {
    const { endsAtMs, reopen, store } = await startWith(start, ['a', 'b']);
    for (const { grants } of [store, await reopen()]) {
      const grant = grants.findByTokenHash(hashOf('one'));
      expect(grant).not.toHaveProperty('expiresAtMs');
      expect(grants.findByAccessHash(hashOf('a'))).toEqual({ ...grant, expiresAtMs: endsAtMs });
      expect(found(grants, ['a', 'b', 'c'])).toEqual(['a', 'b']);
    }
  });

  it('say whose key they are bound to, also after a restart and in another process', async () => {
    const { beside, endsAtMs, reopen, store } = await startWith(start, ['a']);
    const other = await beside();
    await store.grants.putAccess('g1', { ...accessToken('bound', endsAtMs), boundTo: 'a thumbprint' });
    await other.grants.refresh();
    for (const { grants } of [store, other, await reopen()]) {
      expect(grants.findByAccessHash(hashOf('bound'))).toMatchObject({ id: 'g1', boundTo: 'a thumbprint' });
      expect(grants.findByAccessHash(hashOf('a'))).not.toHaveProperty('boundTo');
      expect(grants.findByTokenHash(hashOf('one'))).not.toHaveProperty('boundTo');
    }
  });

  it('never outlive it, and say what has become of it', async () => {
    const { endsAtMs, store } = await startWith(start, ['a']);
    await store.grants.update('g1', { expiresAtMs: endsAtMs - 1 });
    await store.grants.setState('g1', 'paused');
    expect(store.grants.findByAccessHash(hashOf('a'))).toMatchObject({
      ...{ expiresAtMs: endsAtMs - 1, state: 'paused' },
    });
  });

  it('are no tokens of the grant, and these are no access tokens', async () => {
    const { store } = await startWith(start, ['a']);
    await store.grants.rotate('g1', { hash: hashOf('two'), overlapMs: LIFE_MS });
    expect(store.grants.findByTokenHash(hashOf('a'))).toBeUndefined();
    expect(found(store.grants, ['one', 'two'])).toEqual([]);
    expect(store.grants.findByTokenHash(hashOf('one'))?.id).toBe('g1');
  });

  it('are for minted grants that were not revoked', async () => {
    const { endsAtMs, store } = await startWith(start, []);
    const { grants } = store;
    const file = { grant: newGrant({ id: 'f', name: 'f', origin: 'file' }), tokenHash: hashOf('file') };
    await grants.replaceFileGrants([file]);
    await grants.setState('g1', 'revoked');
    for (const [id, fault] of Object.entries({ nobody: 'unknown', f: 'file', g1: 'revoked' }))
      expect(await grants.putAccess(id, accessToken(id, endsAtMs))).toBe(fault);
    expect(found(grants, ['nobody', 'f', 'g1'])).toEqual([]);
  });

  it('are for grants of the file that give them, and end with what gave them', async () => {
    const { endsAtMs, reopen, store } = await startWith(start, []);
    const { grants } = store;
    const file = (gives: readonly string[], token = 'file') => ({
      ...{ grant: newGrant({ id: 'f', name: 'f', origin: 'file' }), tokenHash: hashOf(token), gives },
    });
    await grants.replaceFileGrants([file(['one', 'two'])]);
    for (const by of ['one', 'two'])
      expect(await grants.putAccess('f', { ...accessToken(by, endsAtMs), by })).toBe('done');
    await grants.setState('f', 'paused');
    await grants.replaceFileGrants([file(['two', 'three'])]);
    // It was on its way when the file was put in force.
    await grants.putAccess('f', { ...accessToken('late', endsAtMs), by: 'one' });
    expect(found(grants, ['one', 'two', 'late'])).toEqual(['two']);
    const again = await reopen();
    await again.grants.replaceFileGrants([file(['two'])]);
    expect(found(again.grants, ['one', 'two'])).toEqual(['two']);
    expect(again.grants.findByAccessHash(hashOf('two'))).toMatchObject({ id: 'f', state: 'paused' });
    await again.grants.replaceFileGrants([file(['two'], 'another token')]);
    expect(found(again.grants, ['two'])).toEqual([]);
    await again.grants.setState('f', 'revoked');
    expect(await again.grants.putAccess('f', { ...accessToken('two', endsAtMs), by: 'two' })).toBe('revoked');
  });

  it('open nothing where the file has another rule than that of the process that let them in', async () => {
    const { beside, endsAtMs, store } = await startWith(start, []);
    const other = await beside();
    const grant = newGrant({ id: 'f', name: 'f', origin: 'file' });
    const file = (...gives: readonly string[]) => [{ grant, tokenHash: hashOf('file'), gives }];
    await store.grants.replaceFileGrants(file('one', 'two'));
    await other.grants.replaceFileGrants(file('two'));
    for (const by of ['one', 'two']) await store.grants.putAccess('f', { ...accessToken(by, endsAtMs), by });
    await other.grants.refresh();
    expect(found(store.grants, ['one', 'two'])).toEqual(['one', 'two']);
    expect(found(other.grants, ['one', 'two'])).toEqual(['two']);
  });

  it('of minted grants are for what this process has in its file, and are there again with it', async () => {
    const { beside, endsAtMs, store } = await startWith(start, ['person']);
    const other = await beside();
    await store.grants.replaceFileGrants([], undefined, ['one', 'two']);
    await other.grants.replaceFileGrants([], undefined, ['two']);
    for (const by of ['one', 'two']) await store.grants.putAccess('g1', { ...accessToken(by, endsAtMs), by });
    await other.grants.refresh();
    const all = ['person', 'one', 'two'];
    expect([found(store.grants, all), found(other.grants, all)]).toEqual([all, ['person', 'two']]);
    const told: string[] = [];
    const stop = store.grants.follow(({ grants }) =>
      told.push(grants.map(({ accessTokens = [] }) => accessTokens.length).join()),
    );
    await store.grants.replaceFileGrants([]);
    expect(found(store.grants, all)).toEqual(['person']);
    await store.grants.replaceFileGrants([], undefined, ['one']);
    expect(found(store.grants, all)).toEqual(['person', 'one']);
    stop();
    expect(told).toEqual(['3', '1', '2']);
  });

  it('that the token of the grant let be given end with it, at once or with its overlap', async () => {
    const { beside, clock, endsAtMs, store } = await startWith(start, ['person']);
    const other = await beside();
    const { grants } = store;
    for (const one of [store, other]) await one.grants.replaceFileGrants([]);
    const give = (name: string, token: string) =>
      grants.putAccess('g1', { ...accessToken(name, endsAtMs), by: hashOf(token) });
    await give('a', 'one');
    await grants.rotate('g1', { hash: hashOf('two'), overlapMs: LIFE_MS / 2 });
    await give('b', 'two');
    // Its giver was quicker than who rotated.
    await give('late', 'none');
    const all = ['person', 'a', 'b', 'late'];
    await other.grants.refresh();
    for (const one of [store, other])
      expect(one.grants.findByAccessHash(hashOf('a'))?.expiresAtMs).toBe(clock.wallMs() + LIFE_MS / 2);
    expect(found(grants, all)).toEqual(['person', 'a', 'b']);
    await grants.rotate('g1', { hash: hashOf('three'), overlapMs: 0 });
    await other.grants.refresh();
    for (const one of [store, other]) expect(found(one.grants, all)).toEqual(['person']);
  });

  it('stay through changes and rotations, and are gone once it is revoked', async () => {
    const { kept, reopen, store } = await startWith(start, ['a']);
    const { grants } = store;
    await grants.update('g1', { name: 'phone', ownerMaySignIn: true });
    await grants.setPolicy('g1', { policy: 'strict' });
    await grants.rotate('g1', { hash: hashOf('two'), overlapMs: 0 });
    await grants.rotate('g1', { hash: hashOf('three'), overlapMs: LIFE_MS });
    await grants.setState('g1', 'paused');
    await grants.setState('g1', 'active');
    await grants.replaceFileGrants([]);
    expect(found(grants, ['a'])).toEqual(['a']);
    const again = await reopen();
    expect(found(again.grants, ['a'])).toEqual(['a']);
    expect(await kept()).toContain(hashOf('a'));
    await again.grants.setState('g1', 'revoked');
    expect(found(again.grants, ['a'])).toEqual([]);
    expect(await kept()).not.toContain(hashOf('a'));
  });
}

function describeEnding(start: Start): void {
  it('end one by one, or all of a sign-in', async () => {
    const { endsAtMs, store } = await startWith(start, ['a', 'b']);
    const { grants } = store;
    await grants.putAccess('g1', accessToken('c', endsAtMs, 'sign-in-2'));
    await grants.putAccess('g1', accessToken('d', endsAtMs));
    const names = ['a', 'b', 'c', 'd'];
    await grants.endAccess('g1', { hash: hashOf('b') });
    expect(found(grants, names)).toEqual(['a', 'c', 'd']);
    await grants.endAccess('g1', { signIn: 'sign-in-1' });
    expect(found(grants, names)).toEqual(['c']);
    for (const which of [{ signIn: 'sign-in-1' }, { hash: hashOf('one') }])
      await grants.endAccess('g1', which);
    await grants.endAccess('nobody', { signIn: 'sign-in-2' });
    expect(found(grants, names)).toEqual(['c']);
    await grants.endAccess('g1', { signIn: 'sign-in-2' });
    expect(found(grants, names)).toEqual([]);
  });

  it('that are over go with the next one', async () => {
    const { clock, endsAtMs, kept, store } = await startWith(start, ['a']);
    clock.pass(LIFE_MS - 1);
    await store.grants.putAccess('g1', accessToken('b', endsAtMs + 1));
    expect(found(store.grants, ['a', 'b'])).toEqual(['a', 'b']);
    clock.pass(1);
    await store.grants.putAccess('g1', accessToken('c', endsAtMs + 2));
    expect(found(store.grants, ['a', 'b', 'c'])).toEqual(['b', 'c']);
    expect(await kept()).not.toContain(hashOf('a'));
  });

  it(`are at most ${ACCESS_TOKENS_OF_GRANT}: of more the one goes that ends first, but never the newest`, async () => {
    const { clock, store } = await startWith(start, []);
    const nowMs = clock.wallMs();
    const names = Array.from({ length: ACCESS_TOKENS_OF_GRANT }, (_, at) => `token-${at}`);
    const first = 'token-7';
    for (const name of names)
      await store.grants.putAccess('g1', accessToken(name, nowMs + LIFE_MS + (name === first ? 0 : 1)));
    expect(found(store.grants, names)).toEqual(names);
    // One that is put once more is not another one.
    await store.grants.putAccess('g1', accessToken('token-9', nowMs + LIFE_MS + 1));
    expect(found(store.grants, names)).toEqual(names);
    await store.grants.putAccess('g1', accessToken('newest', nowMs + 1));
    expect(found(store.grants, [...names, 'newest'])).toEqual([
      ...names.filter((name) => name !== first),
      'newest',
    ]);
  });

  it('are crowded out by others that the same rule of the file lets in, before any of another rule is', async () => {
    const { clock, store } = await start();
    const grant = newGrant({ id: 'f', name: 'f', origin: 'file' });
    await store.grants.replaceFileGrants([{ grant, tokenHash: hashOf('file'), gives: ['one', 'two'] }]);
    const put = (name: string, by: string, endsAtMs: number) =>
      store.grants.putAccess('f', { ...accessToken(name, endsAtMs, `sign-in-of-${name}`), by });
    const endsAtMs = clock.wallMs() + LIFE_MS;
    await put('another', 'one', endsAtMs);
    expect([...store.grants.signInsWithAccess('f').keys()]).toEqual(['sign-in-of-another']);
    const names = Array.from({ length: ACCESS_TOKENS_OF_GRANT + 1 }, (_, at) => `token-${at}`);
    for (const [at, name] of names.entries()) await put(name, 'two', endsAtMs + 1 + at);
    expect(found(store.grants, ['another', ...names])).toEqual(['another', ...names.slice(2)]);
    clock.pass(LIFE_MS);
    expect(store.grants.signInsWithAccess('f').has('sign-in-of-another')).toBe(false);
    expect(store.grants.signInsWithAccess('f').size).toBe(names.length - 2);
  });

  it('are crowded out by others of their own sign-in, before any of another one is', async () => {
    const { endsAtMs, store } = await startWith(start, []);
    await store.grants.putAccess('g1', accessToken('another', endsAtMs, 'sign-in-2'));
    const names = Array.from({ length: ACCESS_TOKENS_OF_GRANT + 1 }, (_, at) => `token-${at}`);
    for (const [at, name] of names.entries())
      await store.grants.putAccess('g1', accessToken(name, endsAtMs + 1 + at));
    expect(found(store.grants, ['another', ...names])).toEqual(['another', ...names.slice(2)]);
  });
}

function describeTelling(start: Start): void {
  it('are told to those who follow, and known to another process once it looks', async () => {
    const { beside, endsAtMs, store } = await startWith(start, []);
    const other = await beside();
    const told: (readonly [string, ...(readonly string[])])[] = [];
    const hashes = ({ accessTokens = [] }: KnownGrant) => accessTokens.map(({ hash }) => hash);
    const unfollow = store.grants.follow(({ grants, kind }) => told.push([kind, ...grants.flatMap(hashes)]));
    await store.grants.putAccess('g1', accessToken('a', endsAtMs));
    await other.grants.refresh();
    expect(found(other.grants, ['a'])).toEqual(['a']);
    await other.grants.putAccess('g1', accessToken('b', endsAtMs));
    await store.grants.refresh();
    expect(found(store.grants, ['a', 'b'])).toEqual(['a', 'b']);
    await other.grants.endAccess('g1', { signIn: 'sign-in-1' });
    expect(found(other.grants, ['a', 'b'])).toEqual([]);
    await store.grants.refresh();
    expect(found(store.grants, ['a', 'b'])).toEqual([]);
    unfollow();
    expect(told).toEqual([['all'], ['put', hashOf('a')], ['put', hashOf('a'), hashOf('b')], ['put']]);
  });

  it('stand in no list, no page and no row of the audit log', async () => {
    const { store } = await startWith(start, ['a']);
    await store.grants.update('g1', { name: 'phone' });
    await store.grants.endAccess('g1', { signIn: 'sign-in-1' });
    await store.grants.setState('g1', 'paused');
    const acts = await store.audit.query({ limit: 9 });
    expect(acts.map(({ action }) => action)).toEqual(['grant.created', 'grant.updated', 'grant.paused']);
    await store.grants.putAccess('g1', accessToken('a', Number.MAX_SAFE_INTEGER));
    const shown = [
      acts,
      await store.grants.list(),
      await store.grants.page({ organization: 'default', limit: 9 }),
      await store.grants.get('default', 'g1'),
    ];
    expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${hashOf('a')}|accessTokens|sign-in-1`));
  });
}
