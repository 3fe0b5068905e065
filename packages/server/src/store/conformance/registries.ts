import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Start } from './fixtures.ts';

export function describeRegistries(start: Start): void {
  it('gives a server the same id for ever', async () => {
    const { store, reopen } = await start();
    const id = await store.servers.idFor('default', 'files');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await store.servers.idFor('default', 'mail')).not.toBe(id);
    const again = await reopen();
    expect(await again.servers.idFor('default', 'files')).toBe(id);
    await again.servers.idFor('other', 'theirs');
    expect(await again.servers.slugs('default')).toEqual(['files', 'mail']);
  });

  it('numbers the versions of a policy by its text', async () => {
    const { store, reopen } = await start();
    expect(await store.policies.register('safe', 'one')).toBe(1);
    expect(await store.policies.register('safe', 'one')).toBe(1);
    expect(await store.policies.register('safe', 'two')).toBe(2);
    expect(await store.policies.register('other', 'two')).toBe(1);
    const again = await reopen();
    expect(await again.policies.register('safe', 'two')).toBe(2);
    expect(await again.policies.register('safe', 'one')).toBe(3);
  });

  it('knows ended sessions until they may be forgotten', async () => {
    const { store, reopen, clock } = await start();
    const session = randomBytes(8).toString('hex');
    await store.sessions.end(session, clock.wallMs() + 1_000);
    expect(store.sessions.isEnded(session)).toBe(true);
    expect(store.sessions.isEnded('another')).toBe(false);
    const again = await reopen();
    expect(again.sessions.isEnded(session)).toBe(true);
    clock.pass(1_000);
    expect(again.sessions.isEnded(session)).toBe(false);
    await again.sessions.end('later', clock.wallMs() + 1_000);
    expect(again.sessions.isEnded('later')).toBe(true);
  });

  it('makes a key of 32 bytes for each purpose and keeps it', async () => {
    const { store, reopen } = await start();
    const key = store.secrets.key('session-seal');
    expect(key).toHaveLength(32);
    expect(store.secrets.key('argument-hash')).not.toEqual(key);
    expect((await reopen()).secrets.key('session-seal')).toEqual(key);
  });
}
