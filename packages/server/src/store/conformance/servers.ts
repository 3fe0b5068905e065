import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import { expect, it } from 'vitest';
import type { Actor, ServerSecrets, Store, StoredServer } from '../contract.ts';
import type { Start } from './fixtures.ts';
import { snapshot } from './tools.ts';

const SECRETS: ServerSecrets = {
  headers: { authorization: 'Bearer swordfish' },
  env: {},
  query: [['key', 'marlin']],
};
const ENTRY = { url: 'https://mcp.example/mcp' };
const by: Actor = { kind: 'person', id: 'p', name: 'ann@acme.example', via: 'dashboard', address: '' };

type New = {
  readonly organization?: string;
  readonly slug?: string;
  readonly entry?: JsonObject;
  readonly secrets?: ServerSecrets;
};

/** A server that the store keeps; its name is new unless it is given. */
export async function storedServer(store: Store, server: New = {}): Promise<StoredServer> {
  const { entry = ENTRY, organization = 'default', secrets = SECRETS, slug = randomUUID() } = server;
  const made = await store.servers.create({ organization, slug, entry, secrets }, by);
  if (made === 'taken') throw new Error(`expected a new name, found ${slug}`);
  return made;
}

const grantOf = (server: string, change: object = {}) => ({
  ...{ id: randomUUID(), organization: 'default', name: randomUUID(), server, labels: {} },
  ...{ mode: 'enforce' as const, origin: 'minted' as const },
  ...change,
});

export function describeServers(start: Start): void {
  it('keeps a server of an organisation, and what is secret of it apart', async () => {
    const { reopen, store } = await start();
    const made = await storedServer(store, { slug: 'files' });
    expect(made).toMatchObject({ slug: 'files', entry: ENTRY, version: 1 });
    expect(made.credentials.map((one) => [one.in, one.name])).toEqual([
      ['headers', 'authorization'],
      ['query', 'key'],
    ]);
    const again = await reopen();
    expect(await again.servers.list()).toEqual([made]);
    expect(await again.servers.secretsOf(made)).toEqual(SECRETS);
    expect(await again.servers.idFor('default', 'files')).toBe(made.id);
  });

  it('counts how often people had one started anew, also of those that it does not keep', async () => {
    const { reopen, store } = await start();
    const { id, organization, slug } = await storedServer(store);
    const declared = await store.servers.idFor('default', 'declared');
    expect(await store.servers.restarts()).toEqual(new Map());
    for (const name of [slug, 'declared', slug])
      expect(await store.servers.restart({ organization, slug: name }, by)).toBe(true);
    expect(await store.servers.restart({ organization, slug: 'nowhere' }, by)).toBe(false);
    const again = await reopen();
    expect(await again.servers.restarts()).toEqual(
      new Map([
        [id, 2],
        [declared, 1],
      ]),
    );
    const rows = await again.audit.query({ action: 'server.restarted', limit: 5 });
    expect(rows.map(({ target }) => target)).toEqual([
      { kind: 'server', id, name: slug },
      { kind: 'server', id: declared, name: 'declared' },
      { kind: 'server', id, name: slug },
    ]);
    expect((await again.servers.find({ organization, slug }))?.version).toBe(1);
  });

  it('knows a name once in an organisation, and in each of them', async () => {
    const { store } = await start();
    const one = await storedServer(store, { slug: 'files' });
    const other = await storedServer(store, {
      slug: 'files',
      organization: 'acme',
      secrets: { ...SECRETS, query: [] },
    });
    expect(other.id).not.toBe(one.id);
    const twice = { organization: 'acme', slug: 'files', entry: ENTRY, secrets: SECRETS };
    expect(await store.servers.create(twice, by)).toBe('taken');
    expect(await store.servers.list('acme')).toEqual([other]);
    expect(await store.servers.secretsOf(one)).toEqual(SECRETS);
    expect(await store.servers.find({ organization: 'elsewhere', slug: 'files' })).toBeUndefined();
  });

  it('changes what was read, and says since when a credential is what it is', async () => {
    const { clock, store } = await start();
    const made = await storedServer(store);
    clock.pass(1_000);
    const secrets = { ...SECRETS, headers: { ...SECRETS.headers, 'x-more': 'perch' } };
    const changed = await store.servers.change(made, { secrets }, by);
    if (changed === 'stale') throw new Error('expected a change');
    expect(changed.version).toBe(2);
    expect(
      changed.credentials.map(({ changedAtMs, name }) => [name, changedAtMs - made.createdAtMs]),
    ).toEqual([
      ['authorization', 0],
      ['x-more', 1_000],
      ['key', 0],
    ]);
    expect(await store.servers.change(made, { entry: {} }, by)).toBe('stale');
    expect(await store.servers.remove(made, by)).toBe('stale');
    expect((await store.servers.find(made))?.entry).toEqual(ENTRY);
  });

  it('removes a server that no grant names, with what its tools were', async () => {
    const { clock, store } = await start();
    const made = await storedServer(store, { slug: 'files' });
    await store.tools.record(
      { organization: 'default', server: 'files' },
      {
        seen: [snapshot('t', 'f', { organization: 'default', server: 'files' })],
        gone: [],
      },
    );
    await store.grants.create(grantOf('files', { expiresAtMs: clock.wallMs() + 1 }), '01');
    await store.grants.create(grantOf('', { stack: [{ server: 'files' }] }), '02');
    const revoked = await store.grants.create(grantOf('files'), '03');
    await store.grants.setState(revoked.id, 'revoked');
    await store.grants.create(grantOf('files', { organization: 'acme' }), '04');
    expect(await store.servers.remove(made, by)).toEqual({ inUse: 2 });
    clock.pass(1);
    expect(await store.servers.remove(made, by)).toEqual({ inUse: 1 });
    for (const { id } of await store.grants.list()) await store.grants.setState(id, 'revoked');
    expect(await store.servers.remove(made, by)).toBe('removed');
    expect([await store.servers.list(), await store.tools.list({ organization: 'default' })]).toEqual([
      [],
      [],
    ]);
    expect(await store.servers.secretsOf(made)).toEqual({ headers: {}, env: {}, query: [] });
    const again = await storedServer(store, { slug: 'files' });
    expect([again.id, again.version]).toEqual([made.id, 3]);
  });

  it('leaves a row for every change of a server, with fingerprints of what is secret', async () => {
    const { store } = await start();
    const made = await storedServer(store);
    const entry = { ...ENTRY, drift: 'hold' };
    const changed = await store.servers.change(made, { entry, secrets: { ...SECRETS, query: [] } }, by);
    if (changed === 'stale') throw new Error('expected a change');
    await store.servers.remove(changed, by);
    const rows = await store.audit.query({ limit: 9, target: made.id });
    expect(rows.map(({ action, actor }) => [action, actor.name])).toEqual(
      ['created', 'updated', 'credentials_changed', 'removed'].map((verb) => [`server.${verb}`, by.name]),
    );
    expect(JSON.stringify(rows)).toContain(store.audit.fingerprint('marlin'));
    expect(JSON.stringify(rows)).not.toMatch(/marlin|swordfish/);
    expect((await store.audit.verify()).findings).toEqual([]);
  });
}
