import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { GrantRecord } from '../contract.ts';
import type { Start } from './fixtures.ts';

function newGrant(change: Partial<GrantRecord> = {}) {
  const grant = { id: 'g1', organization: 'default', name: 'laptop', server: 'files', policy: 'safe' };
  const owner = 'ada@example.com';
  return { ...grant, owner, labels: { team: 'a' }, mode: 'enforce', origin: 'minted', ...change } as const;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

export function describeGrants(start: Start): void {
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
    expect(await store.grants.setState('g1', 'paused')).toBe(true);
    expect(store.grants.findByTokenHash(hashOf('one'))?.state).toBe('paused');
    expect(await store.grants.setState('laptop', 'revoked')).toBe(true);
    expect(store.grants.findByTokenHash(hashOf('one'))?.state).toBe('revoked');
    expect(await store.grants.setState('nobody', 'revoked')).toBe(false);
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
    expect(store.grants.findByTokenHash(hashOf('a'))).toBeUndefined();
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
