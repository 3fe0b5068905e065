import { describe, expect, it } from 'vitest';
import { MISSING_SCOPES_MAX } from '../../limits/index.ts';
import type { Actor, SignInFacts, Store, StoredServer } from '../contract.ts';
import type { Start } from './fixtures.ts';
import { storedServer } from './servers.ts';

const by: Actor = { kind: 'person', id: 'p', name: 'ann@acme.example', via: 'dashboard', address: '' };
const FACTS: SignInFacts = {
  issuer: 'https://as.example',
  address: 'https://mcp.example/mcp',
  scopes: ['read'],
  grant: 'authorization_code',
  renews: true,
};
const CLIENT = { issuer: FACTS.issuer, secret: '{"id":"swordfish"}' };
const TOKENS = { secret: '{"token":"marlin"}', endsAtMs: 5_000 };
const LEASE_MS = 1_000;

const placeOf = ({ id, organization, slug }: StoredServer) => ({ server: id, organization, slug });

/** A stored server with a sign-in that is in force. */
export async function connected(store: Store) {
  const server = await storedServer(store);
  const place = placeOf(server);
  expect(await store.serverSignIns.connect(place, { facts: FACTS, client: CLIENT, tokens: TOKENS }, by)).toBe(
    true,
  );
  return { server, place };
}

export function describeServerSignIns(start: Start): void {
  describe('sign-ins at servers', () => {
    it('are kept with what is secret apart, and the server says since when', async () => {
      const { clock, reopen, store } = await start();
      const { server } = await connected(store);
      const again = await reopen();
      const found = await again.serverSignIns.find(server.id);
      expect(found).toMatchObject({ state: 'connected', facts: FACTS, endsAtMs: 5_000 });
      expect(JSON.stringify(found)).not.toContain('marlin');
      const named = [{ ...found, slug: server.slug }];
      expect(await again.serverSignIns.list('default')).toEqual(named);
      expect(await again.serverSignIns.list()).toEqual(named);
      expect(await again.serverSignIns.list('other')).toEqual([]);
      expect(await again.serverSignIns.tokensOf(server.id)).toEqual({ signIn: found, secret: TOKENS.secret });
      expect((await again.servers.find(server))?.signedInAtMs).toBe(clock.wallMs());
    });

    it('give the client of an issuer to no other issuer', async () => {
      const { store } = await start();
      const { server } = await connected(store);
      expect(await store.serverSignIns.clientFor(server.id, FACTS.issuer)).toBe(CLIENT.secret);
      expect(await store.serverSignIns.clientFor(server.id, `${FACTS.issuer}/`)).toBeUndefined();
    });

    it('begin without an effect on the one that is in force', async () => {
      const { store } = await start();
      const fresh = placeOf(await storedServer(store));
      await store.serverSignIns.begin(fresh, { facts: FACTS, client: CLIENT }, by);
      expect((await store.serverSignIns.find(fresh.server))?.state).toBe('begun');
      expect(await store.serverSignIns.tokensOf(fresh.server)).toBeUndefined();
      const { place } = await connected(store);
      const other = { ...FACTS, issuer: 'https://other.example' };
      const client = { issuer: other.issuer, secret: '{}' };
      await store.serverSignIns.begin(place, { facts: other, client }, by);
      expect(await store.serverSignIns.tokensOf(place.server)).toMatchObject({
        ...{ signIn: { state: 'connected', facts: FACTS }, secret: TOKENS.secret },
      });
    });

    it('are renewed by one of all who claim it, until its time is over', async () => {
      const { clock, store } = await start();
      const { place } = await connected(store);
      const { claim, version } = await claimed(store, place.server, LEASE_MS);
      const again = () => store.serverSignIns.claim(place.server, version, LEASE_MS);
      expect(claim.filter(Boolean)).toHaveLength(1);
      expect(await again()).toBe(false);
      clock.pass(LEASE_MS);
      expect(await again()).toBe(true);
      await store.serverSignIns.release(place.server, version, 5);
      expect(await again()).toBe(false);
      clock.pass(5);
      expect(await again()).toBe(true);
      expect(await store.serverSignIns.renewed(place.server, version, { secret: '{"token":"pike"}' })).toBe(
        true,
      );
      expect(await store.serverSignIns.renewed(place.server, version, TOKENS)).toBe(false);
      const found = await store.serverSignIns.tokensOf(place.server);
      expect(found).toMatchObject({ secret: '{"token":"pike"}', signIn: { version: version + 1 } });
      expect(found?.signIn).not.toHaveProperty('endsAtMs');
    });

    it('that were made anew take nothing of a renewal of before', async () => {
      const { store } = await start();
      const { place } = await connected(store);
      const version = (await store.serverSignIns.find(place.server))?.version ?? 0;
      expect(await store.serverSignIns.forget(place, by)).toEqual({ secret: TOKENS.secret });
      expect(await store.serverSignIns.forget(place, by)).toBeUndefined();
      expect(await store.serverSignIns.renewed(place.server, version, TOKENS)).toBe(false);
      await store.serverSignIns.needsSignIn(place.server, version);
      expect(await store.serverSignIns.find(place.server)).toBeUndefined();
    });

    it('that are good for nothing any more forget their tokens and keep their client', async () => {
      const { store } = await start();
      const { place } = await connected(store);
      const version = (await store.serverSignIns.find(place.server))?.version ?? 0;
      await store.serverSignIns.needsSignIn(place.server, version);
      expect((await store.serverSignIns.find(place.server))?.state).toBe('needs_sign_in');
      expect(await store.serverSignIns.tokensOf(place.server)).toBeUndefined();
      expect(await store.serverSignIns.clientFor(place.server, FACTS.issuer)).toBe(CLIENT.secret);
    });

    it('keep what the server misses in the one that is in force, until there is another', async () => {
      const { clock, reopen, store } = await start();
      const { place, server } = await connected(store);
      const signedInAtMs = clock.wallMs();
      const { version = 0 } = (await store.serverSignIns.find(place.server)) ?? {};
      const lacks = (scopes: readonly string[], since = signedInAtMs) =>
        store.serverSignIns.lacks(place.server, { scopes, signedInAtMs: since });
      expect(await lacks(['write'], signedInAtMs - 1)).toBeUndefined();
      expect(await lacks(['read'])).toEqual([]);
      expect(await lacks([])).toBeUndefined();
      expect(await lacks(['write', 'read', 'write'])).toEqual(['write']);
      expect(await lacks(['write'])).toBeUndefined();
      const many = Array.from({ length: MISSING_SCOPES_MAX + 1 }, (_, at) => `s${at}`);
      expect(await lacks(many)).toEqual(['write', ...many.slice(0, MISSING_SCOPES_MAX - 1)]);
      expect(await lacks(['one-more'])).toBeUndefined();
      const again = await reopen();
      const found = await again.serverSignIns.find(place.server);
      // A renewal that is under way counts all the same.
      expect(found).toMatchObject({ version, facts: { scopes: ['read'] } });
      expect(found?.facts.missing).toHaveLength(MISSING_SCOPES_MAX);
      expect(await again.serverSignIns.renewed(place.server, version, TOKENS)).toBe(true);
      expect((await again.serverSignIns.find(place.server))?.facts.missing).toHaveLength(MISSING_SCOPES_MAX);
      const made = { facts: FACTS, client: CLIENT, tokens: TOKENS };
      await again.serverSignIns.connect(placeOf(server), made, by);
      expect((await again.serverSignIns.find(place.server))?.facts).toEqual(FACTS);
      // The clock stands still, and this is another sign-in.
      expect(await again.serverSignIns.lacks(place.server, { scopes: ['x'], signedInAtMs })).toBeUndefined();
    });

    it('are those of servers that a file declares, too, with no more of the address than its origin in the log', async () => {
      const { clock, reopen, store } = await start();
      const id = await store.servers.idFor('default', 'declared');
      const place = { server: id, organization: 'default', slug: 'declared' };
      const made = { facts: FACTS, client: CLIENT, tokens: TOKENS };
      expect(await store.serverSignIns.connect(place, made, by)).toBe(false);
      expect(await store.serverSignIns.findNamed('default', 'declared')).toBeUndefined();
      expect(await store.serverSignIns.inForce('default')).toEqual(new Map());
      const declared = { ...place, isDeclared: true };
      await store.serverSignIns.begin(declared, made, by);
      expect(await store.serverSignIns.inForce('default')).toEqual(new Map());
      expect(await store.serverSignIns.connect(declared, made, by)).toBe(true);
      const again = await reopen();
      const inForce = { address: FACTS.address, signedInAtMs: clock.wallMs() };
      expect(await again.serverSignIns.inForce('default')).toEqual(new Map([[id, inForce]]));
      expect(await again.serverSignIns.inForce('other')).toEqual(new Map());
      expect(await again.serverSignIns.findNamed('other', 'declared')).toBeUndefined();
      expect(await again.serverSignIns.findNamed('default', 'declared')).toMatchObject({ server: id });
      expect(await again.serverSignIns.forget(declared, by)).toEqual({ secret: TOKENS.secret });
      expect(await again.serverSignIns.inForce('default')).toEqual(new Map());
      const entries = await again.audit.query({ limit: 5, target: id });
      expect(entries).toHaveLength(3);
      expect(JSON.stringify(entries)).toContain('https://mcp.example');
      expect(JSON.stringify(entries)).not.toContain('https://mcp.example/');
    });

    it('go with their server, which takes none once it is gone', async () => {
      const { store } = await start();
      const { place, server } = await connected(store);
      expect(await store.servers.remove(server, by)).toBe('removed');
      expect(await store.serverSignIns.find(place.server)).toBeUndefined();
      const made = { facts: FACTS, client: CLIENT, tokens: TOKENS };
      expect(await store.serverSignIns.connect(place, made, by)).toBe(false);
      const again = await storedServer(store, { slug: server.slug });
      expect([again.id, again.signedInAtMs]).toEqual([server.id, undefined]);
    });

    it('leave a row of who began and ended them, without what is secret', async () => {
      const { store } = await start();
      const { place } = await connected(store);
      await store.serverSignIns.begin(place, { facts: FACTS, client: CLIENT }, by);
      await store.serverSignIns.forget(place, by);
      const entries = await store.audit.query({ limit: 3, target: place.server });
      expect(entries.map(({ action }) => action)).toEqual([
        'server.signed_in',
        'server.sign_in_began',
        'server.signed_out',
      ]);
      expect(JSON.stringify(entries)).not.toMatch(/marlin|swordfish/);
    });
  });
}

/** Several that claim one version at once. */
async function claimed(store: Store, server: string, forMs: number) {
  const version = (await store.serverSignIns.find(server))?.version ?? 0;
  const all = Array.from({ length: 5 }, () => store.serverSignIns.claim(server, version, forMs));
  return { version, claim: await Promise.all(all) };
}
