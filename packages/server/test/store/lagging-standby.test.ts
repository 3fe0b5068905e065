/** Replicas whose Postgres is replaced by one that lags: what it does not know of is gone, and is not believed any more by who knew it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newGrant } from '../../src/store/conformance/grants.ts';
import { decisionRow, RESULT } from '../../src/store/conformance/index.ts';
import type { Admission, Store } from '../../src/store/index.ts';
import { admit, inFlight, isAllowedInTheEnd, within } from '../support/demands.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

const LIMIT = 5;
/** Milliseconds after which a replica that is silent is dead. */
const DEAD_MS = 1_000;
const LONG_MS = 60_000;

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place, of which the last is lost', { timeout: LONG_MS }, ({ withRedis }) => {
  const stores = useStores({ withRedis, isPatient: false });
  let one: Store;
  let other: Store;

  beforeEach(async () => {
    one = await stores.open({ deadMs: DEAD_MS });
    other = await stores.open({ deadMs: DEAD_MS });
  });

  async function inTheEnd<Result>(ask: () => Promise<Result>): Promise<Result> {
    let result: Result | undefined;
    await until(async () => {
      result = await ask().catch(() => undefined);
      return result !== undefined;
    });
    return result as Result; // a cast: it is there by now
  }

  const call = (store: Store, session: string): Promise<Admission> =>
    inTheEnd(() => store.journal.admit([], () => decisionRow({ session })));

  it('limits count what another replica took since', async () => {
    const demand = within('c', LIMIT);
    expect(await isAllowedInTheEnd(one, demand)).toBe(true);
    const fail = await stores.postgres().lag();
    for (let nth = 0; nth < 2 * LIMIT; nth += 1) await call(one, 's');
    expect(await isAllowedInTheEnd(one, demand)).toBe(true);
    await fail();
    const allowed: boolean[] = [];
    for (const replica of [other, one])
      for (let nth = 0; nth < LIMIT; nth += 1) allowed.push(await isAllowedInTheEnd(replica, demand));
    expect(allowed.filter(Boolean)).toHaveLength(LIMIT - 1);
  });

  it('what became of a call whose record is lost is not said of another', async () => {
    const fail = await stores.postgres().lag();
    const lost = await call(one, 'one');
    await fail();
    const kept = await call(other, 'other');
    one.journal.settle(lost, 'kept', RESULT);
    await inTheEnd(() => one.journal.flush().then(() => true));
    other.journal.settle(kept, 'kept', { ...RESULT, upstreamMs: 4_321 });
    await inTheEnd(() => other.journal.flush().then(() => true));
    const rows = await one.decisions.query({ limit: 10 });
    expect(rows.map(({ outcomeRow, row }) => [row.session, outcomeRow?.upstreamMs])).toEqual([
      ['other', 4_321],
    ]);
    expect((await one.decisions.verify()).findings).toEqual([]);
  });

  it('calls are those of who made them', async () => {
    await call(one, 'first');
    const fail = await stores.postgres().lag();
    await call(one, 'one');
    await fail();
    await call(other, 'other');
    await call(one, 'one');
    const rows = await one.decisions.query({ limit: 10 });
    expect(rows.map(({ row }) => row.session).sort()).toEqual(['first', 'one', 'other']);
    expect((await one.decisions.verify()).findings).toEqual([]);
  });

  it('places of calls in flight are free again', async () => {
    const demand = inFlight('f', 1);
    const running = await inTheEnd(() => admit(one, demand));
    const fail = await stores.postgres().lag();
    one.journal.settle(running, 'kept', RESULT);
    await inTheEnd(() => one.journal.flush().then(() => true));
    await fail();
    await until(() => isAllowedInTheEnd(other, demand));
  });

  it('a grant is what it is there', async () => {
    await one.grants.create(newGrant({ id: 'kept', name: 'kept' }), 'a'.repeat(64));
    const fail = await stores.postgres().lag();
    await inTheEnd(() => one.grants.create(newGrant({ id: 'lost', name: 'lost' }), 'b'.repeat(64)));
    await fail();
    await inTheEnd(() => other.grants.setState('kept', 'revoked'));
    await inTheEnd(() => one.grants.refresh().then(() => true));
    expect(one.grants.findByTokenHash('a'.repeat(64))?.state).toBe('revoked');
    expect(one.grants.findByTokenHash('b'.repeat(64))).toBeUndefined();
  });
});
