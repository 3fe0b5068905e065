import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashToken } from '../identity/index.ts';
import { systemClock } from '../limits/index.ts';
import { StoreError } from '../store/index.ts';
import { sqlitePlace } from '../store/sqlite/fixtures.ts';
import { accountOf } from './accounts.ts';
import { Records } from './records.ts';
import { endSignIn, SIGN_IN } from './signed-in.ts';
import { spendLast } from './spend-last.ts';

const LIFE_S = 60;

/** Records over a store in which an agent signed in with a grant. */
async function world() {
  const clock = systemClock();
  const place = await sqlitePlace();
  const store = await place.open(clock, 'gateway');
  const minted = { id: randomUUID(), organization: 'default', name: 'own', server: 'files', labels: {} };
  const token = { hash: 'a'.repeat(64) };
  const grant = await store.grants.create({ ...minted, mode: 'enforce', origin: 'minted' }, token);
  const payload = { accountId: accountOf(grant), grantId: 'one', clientId: 'c' };
  const endsAtMs = clock.wallMs() + LIFE_S * 1_000;
  const kept = { id: 'one', grant: grant.id, client: { returnsTo: 'x' }, person: 'ann', atMs: 0 };
  const of = { signIn: 'one', grant: grant.id };
  await store.agentSignIns.put({ kind: SIGN_IN, key: 'one', content: JSON.stringify(kept), endsAtMs, of });
  return {
    store,
    payload,
    recordsOf: (kind: string) =>
      new Records(kind, {
        ...{ store, clients: () => [], program: () => undefined, requiresBound: () => false },
        usedUp: (what) => new Error(what),
      }),
    isOpen: (access: string) => store.grants.findByAccessHash(hashToken(access)) !== undefined,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await place.dispose();
    },
  };
}

it('are used up by one of those who come at once, before the library has seen that they are', async () => {
  await using here = await world();
  const [one, other] = [here.recordsOf('AuthorizationCode'), here.recordsOf('AuthorizationCode')];
  await one.upsert('code', here.payload, LIFE_S);
  const found = await Promise.all([one.find('code'), other.find('code')]);
  expect(found.map((payload) => payload?.consumed)).toEqual([undefined, undefined]);
  const used = await Promise.allSettled([one.consume('code'), other.consume('code')]);
  expect(used.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await one.find('code'))?.consumed).toBeTypeOf('number');
});

it('let an access token in while its sign-in is there, and none that comes after its end', async () => {
  await using here = await world();
  const access = here.recordsOf('AccessToken');
  await access.upsert('early', here.payload, LIFE_S);
  expect(here.isOpen('early')).toBe(true);
  await endSignIn(here.store, 'one');
  expect(here.isOpen('early')).toBe(false);
  await expect(access.upsert('late', here.payload, LIFE_S)).rejects.toThrow('sign-in');
  expect(here.isOpen('late')).toBe(false);
});

it('end with the access tokens of a sign-in, however many are given meanwhile', async () => {
  await using here = await world();
  const access = here.recordsOf('AccessToken');
  const names = Array.from({ length: 20 }, (_, at) => `t${at}`);
  const given = names.map((name) => access.upsert(name, here.payload, LIFE_S));
  await Promise.allSettled([...given, endSignIn(here.store, 'one')]);
  expect(names.filter(here.isOpen)).toEqual([]);
});

it('tell who came second with a refresh token that it is spent, also where the store goes away right after', async () => {
  await using here = await world();
  await here.recordsOf('RefreshToken').upsert('refresh', here.payload, LIFE_S);
  const away = (): Promise<void> => Promise.reject(new StoreError('unavailable', 'the store is away'));
  const second = {
    status: 200,
    body: {},
    // A cast: what it does with what the library has.
    oidc: { entities: { RotatedRefreshToken: { jti: 'refresh' }, AccessToken: { destroy: away } } } as never,
  };
  const first = { ...second };
  const unavailable = { error: 'temporarily_unavailable', error_description: 'come again' };
  await spendLast(first, here.store, unavailable);
  await spendLast(second, here.store, unavailable);
  expect(first).toMatchObject({ status: 200, body: {} });
  expect(second).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});
