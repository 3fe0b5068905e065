import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { STALE_MS } from '../../limits/index.ts';
import {
  admit,
  admitMany,
  CALLS,
  decisionRow,
  describeStore,
  RESULT,
  runningDemand,
  TestClock,
  units,
  windowDemand,
} from '../conformance/index.ts';
import type { Store } from '../contract.ts';
import { sqlitePlace } from '../sqlite/fixtures.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import { MAX_WAITING_ASKS } from './bounds.ts';
import { asFromAfar, lines, remoteOf } from './fixtures.ts';

describeStore(
  'another process',
  async () => {
    const place = await sqlitePlace();
    const open: typeof place.open = async (clock, as) => asFromAfar(await place.open(clock, as), clock);
    return { ...place, open };
  },
  CALLS,
);

describe('the processes of one gateway', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  async function start() {
    const directory = await mkdtemp(join(tmpdir(), 'boomgate-store-'));
    const clock = new TestClock();
    const store = await openSqliteStore({ directory, clock });
    open.push(async () => {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });
    const of = (remote: ReturnType<typeof remoteOf>): Store => ({
      ...store,
      journal: { ...store.journal, ...methods(remote) },
    });
    return { clock, store, of };
  }

  const methods = ({ store: { journal } }: ReturnType<typeof remoteOf>) => ({
    admit: journal.admit.bind(journal),
    settle: journal.settle.bind(journal),
    flush: journal.flush.bind(journal),
  });

  it('share each limit exactly', async () => {
    const { clock, of, store } = await start();
    const three = [1, 2, 3].map(() => of(remoteOf(store, clock)));
    const demands = [windowDemand(), windowDemand({ key: 'spend', max: units(100), amount: units(3) })];
    const taken = await Promise.all(three.map((one) => admitMany(one, 200, ...demands)));
    expect(taken.flat()).toHaveLength(33);
    const rows = await store.decisions.query({ limit: 1_000 });
    expect(rows).toHaveLength(600);
    expect(rows.filter(({ row }) => row.outcome === 'allow').map(({ row }) => row.usage[1]?.after)).toEqual(
      Array.from({ length: 33 }, (_, at) => 3 * (at + 1)),
    );
  });

  it('settle what one of them had under way when it died, and give its places back', async () => {
    const { clock, of, store } = await start();
    const [dying, other] = [remoteOf(store, clock), remoteOf(store, clock)];
    const demands = [windowDemand({ max: units(3) }), runningDemand(2)];
    const [settled] = await admitMany(of(dying), 1, ...demands);
    if (settled) of(dying).journal.settle(settled, 'given_back', RESULT);
    await admitMany(of(dying), 2, ...demands);
    const tooLate = admit(of(dying), ...demands);
    dying.lost();
    await expect(tooLate).rejects.toMatchObject({ code: 'unavailable' });
    await store.journal.flush();
    expect((await store.journal.peek(demands)).usage.map(({ before }) => before)).toEqual([2, 0]);
    expect(await admitMany(of(other), 5, ...demands)).toHaveLength(1);
    const known = (await store.decisions.query({ limit: 10 })).map(({ outcomeRow }) => outcomeRow?.status);
    expect(known.slice(0, 3)).toEqual(['result', 'unknown', 'unknown']);
    dying.lost();
    await store.journal.flush();
    expect((await store.journal.peek(demands)).usage[1]?.before).toBe(1);
  });

  it('let nothing through by one that does not know what is in force', async () => {
    const { clock, of, store } = await start();
    let isCurrent = true;
    const one = remoteOf(store, clock, { isCurrent: () => isCurrent });
    await admit(of(one));
    isCurrent = false;
    await expect(admit(of(one))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(one.store.journal.record(decisionRow())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await store.decisions.query({ limit: 10 })).toHaveLength(1);
  });

  it('send nothing after a standstill, and give back what was taken for it', async () => {
    const { clock, of, store } = await start();
    const one = of(remoteOf(store, clock));
    const demands = [windowDemand({ max: units(1) }), runningDemand(1)];
    const late = admit(one, ...demands);
    clock.pass(STALE_MS);
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    await store.journal.flush();
    const [entry] = await store.decisions.query({ limit: 1 });
    expect(entry).toMatchObject({ row: { forwarded: true }, outcomeRow: { status: 'cancelled' } });
    expect(await admitMany(one, 3, ...demands)).toHaveLength(1);
  });

  it('refuse a call when the store stands still, and give back what is taken for it afterwards', async () => {
    const { clock, of, store } = await start();
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
    const demands = [windowDemand({ max: units(1) }), runningDemand(1)];
    const refused = admit(of(remoteOf(store, clock, { goesOn, patienceMs: 10 })), ...demands);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    goOn();
    await expect
      .poll(() => store.decisions.query({ limit: 1 }))
      .toMatchObject([{ row: { forwarded: true }, outcomeRow: { status: 'cancelled' } }]);
    expect(await admitMany(of(remoteOf(store, clock)), 3, ...demands)).toHaveLength(1);
  });

  it('refuse everything else that the store does not answer while it stands still', async () => {
    const { clock, store } = await start();
    const goesOn = new Promise<void>(() => undefined);
    const { store: one } = remoteOf(store, clock, { goesOn, patienceMs: 10 });
    const asked = [
      one.grants.refresh(),
      one.sessions.end('s', 0),
      one.approvals.find('b', 's'),
      one.approvals.get('a'),
      one.approvals.withdraw('a', 'gone'),
      one.journal.peek([]),
      one.journal.record(decisionRow()),
    ];
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keep the row and the outcome of a refused call that is sent all the same', async () => {
    const { clock, store } = await start();
    const { journal } = remoteOf(store, clock).store;
    const demand = windowDemand({ max: units(0) });
    const admission = await journal.admit([demand], ({ ok, usage }) =>
      decisionRow({ outcome: ok ? 'allow' : 'limit', mode: 'observe', usage }),
    );
    journal.settle(admission, 'kept', RESULT);
    await journal.flush();
    const [entry] = await store.decisions.query({ limit: 10 });
    expect(entry).toMatchObject({ row: { id: admission.id, outcome: 'limit' }, outcomeRow: RESULT });
    expect(entry?.row.usage).toHaveLength(1);
  });

  it('know every grant and each change of one', async () => {
    const { clock, store } = await start();
    const grant = { organization: 'default', server: 'files', labels: {}, mode: 'enforce' } as const;
    const make = (name: string) =>
      store.grants.create({ ...grant, id: name, name, origin: 'minted' }, name.repeat(32));
    await make('aa');
    const { grants } = remoteOf(store, clock).store;
    await make('bb');
    await grants.refresh();
    expect(['aa', 'bb', 'cc'].map((name) => grants.findByTokenHash(name.repeat(32))?.id)).toEqual([
      'aa',
      'bb',
      undefined,
    ]);
    await store.grants.setState('aa', 'revoked');
    await store.grants.rotate('bb', { hash: 'dd'.repeat(32), overlapMs: 1_000 });
    await grants.refresh();
    expect(grants.findByTokenHash('aa'.repeat(32))?.state).toBe('revoked');
    expect(grants.findByTokenHash('dd'.repeat(32))?.id).toBe('bb');
    expect(grants.findByTokenHash('bb'.repeat(32))?.expiresAtMs).toBe(clock.wallMs() + 1_000);
    const access = { hash: 'ff'.repeat(32), endsAtMs: clock.wallMs() + 2_000, signIn: 's' };
    await store.grants.putAccess('bb', access);
    await grants.refresh();
    expect(grants.findByAccessHash(access.hash)).toMatchObject({ id: 'bb', expiresAtMs: access.endsAtMs });
    expect(grants.findByTokenHash(access.hash)).toBeUndefined();
    await store.grants.endAccess('bb', { signIn: 's' });
    await grants.refresh();
    expect(grants.findByAccessHash(access.hash)).toBeUndefined();
    expect(await store.grants.expire({ nowMs: clock.wallMs(), keptMs: 0 })).toBe(1);
    await grants.refresh();
    expect(grants.findByTokenHash('aa'.repeat(32))).toBeUndefined();
    const tokenHash = 'ee'.repeat(32);
    await store.grants.replaceFileGrants([
      { grant: { ...grant, id: 'f', name: 'f', origin: 'file' }, tokenHash },
    ]);
    await store.grants.replaceFileGrants([]);
    await grants.refresh();
    expect(grants.findByTokenHash(tokenHash)).toBeUndefined();
    expect(grants.findByTokenHash('dd'.repeat(32))?.id).toBe('bb');
  });

  it('know of a session that ended on another of them until it may be forgotten', async () => {
    const { clock, store } = await start();
    const remote = remoteOf(store, clock);
    await remote.store.sessions.end('s', clock.wallMs() + 1_000);
    expect([remote.store.sessions.isEnded('s'), store.sessions.isEnded('s')]).toEqual([true, true]);
    expect(store.sessions.all()).toEqual([{ id: 's', forgetAtMs: clock.wallMs() + 1_000 }]);
    clock.pass(1_000);
    expect(remote.store.sessions.isEnded('s')).toBe(false);
  });
});

describe('a line between processes', () => {
  type Echo = { readonly echo: { readonly body: number; readonly answer: number } };
  const echo = { echo: (body: number) => (body < 0 ? Promise.reject(new Error('negative')) : body + 1) };

  it('gives each ask its own answer or failure', async () => {
    const { far, near } = lines<Echo, Echo>(echo, echo);
    await expect(
      Promise.all([near.ask('echo', 1), far.ask('echo', 5), near.ask('echo', 2)]),
    ).resolves.toEqual([2, 6, 3]);
    await expect(near.ask('echo', -1)).rejects.toThrow('negative');
  });

  it('holds so many asks, and one more is refused', async () => {
    const { near } = lines<Echo, Echo>(echo, echo);
    const asked = Array.from({ length: MAX_WAITING_ASKS }, () => near.ask('echo', 1));
    await expect(near.ask('echo', 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await Promise.all(asked)).toHaveLength(MAX_WAITING_ASKS);
    expect(await near.ask('echo', 1)).toBe(2);
  });

  it('answers nobody once it is closed, and says why', async () => {
    const { near } = lines<Echo, Echo>(echo, echo);
    const asked = near.ask('echo', 1);
    near.close('the process is gone');
    for (const one of [asked, near.ask('echo', 1)])
      await expect(one).rejects.toMatchObject({ code: 'unavailable', message: 'the process is gone' });
  });
});
