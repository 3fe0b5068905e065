/** Replicas whose address leads to a standby that took over, whether the primary is gone, follows it, or goes on as if nothing were. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newGrant } from '../../src/store/conformance/grants.ts';
import { decisionRow, RESULT, TestClock } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { admit, inFlight, isAllowed, isAllowedInTheEnd, within } from '../support/demands.ts';
import { askAll, type PostgresServer, startPostgres, startStandby } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Relay, startRelay } from '../support/relay.ts';

const LIMIT = 6;

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place, to whose place its standby comes', ({ withRedis }) => {
  const masterKey = randomBytes(32).toString('base64');
  let opened: AsyncDisposable[] = [];
  let database: string;
  let primary: PostgresServer;
  let standby: PostgresServer;
  /** The address of the database, and that by which the standby follows. */
  let address: Relay;
  let following: Relay;
  let one: Store;
  let other: Store;

  function kept<Opened extends AsyncDisposable>(one: Opened): Opened {
    opened.unshift(one);
    return one;
  }

  beforeEach(async () => {
    const redis: RedisServer | undefined = withRedis ? kept(await startRedis()) : undefined;
    primary = kept(await startPostgres());
    database = await primary.newDatabase();
    await migratePostgres(database);
    following = kept(await startRelay(primary.port));
    standby = kept(await startStandby(following.port));
    address = kept(await startRelay(primary.port));
    const url = Object.assign(new URL(database), { port: String(address.port) }).href;
    const open = async () =>
      kept(
        await openPostgresStore({
          ...{ url, clock: new TestClock(), masterKey, onWarning: () => undefined },
          ...(redis === undefined ? {} : { redis: redis.url }),
        }),
      );
    [one, other] = [await open(), await open()];
    await waitsForStandby('on');
  });
  afterEach(async () => {
    await standby.signal('SIGCONT');
    for (const each of opened) await each[Symbol.asyncDispose]();
    opened = [];
  });

  /** Whether what the primary commits is on the standby first. */
  async function waitsForStandby(does: 'on' | 'off'): Promise<void> {
    const names = does === 'on' ? '*' : '';
    await primary.ask(`alter system set synchronous_standby_names = '${names}'`, 'select pg_reload_conf()');
    const states = `select 1 from pg_stat_replication where sync_state = 'sync'`;
    // A cast: what one statement answers.
    if (does === 'on') await until(async () => ((await primary.ask(states)) as [unknown[]])[0].length > 0);
  }

  async function takesOver(): Promise<void> {
    await standby.ask('select pg_promote()');
    address.to = standby.port;
  }

  async function allowed(calls: number): Promise<number> {
    let count = 0;
    for (let nth = 0; nth < calls; nth += 1)
      if (await isAllowedInTheEnd(nth % 2 === 0 ? one : other, within('c', LIMIT))) count += 1;
    return count;
  }

  /** The first answer: whoever is refused for a moment asks again. */
  async function inTheEnd<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const answers: Answer[] = [];
    await until(() =>
      ask().then(
        (answer) => answers.push(answer) > 0,
        () => false,
      ),
    );
    return answers[0] as Answer; // a cast: it is there by now
  }

  it('goes on where a primary stopped that had waited for its standby: nothing is lost', async () => {
    await inTheEnd(() => one.grants.create(newGrant({ id: 'revoked' }), 'a'.repeat(64)));
    expect(await allowed(4)).toBe(4);
    const running = await inTheEnd(() => admit(one, inFlight('f', 1)));
    await inTheEnd(() => one.grants.setState('revoked', 'revoked'));
    await primary.stop();
    await takesOver();
    expect(await allowed(2 * LIMIT)).toBe(LIMIT - 4);
    expect(await isAllowedInTheEnd(other, inFlight('f', 1))).toBe(false);
    one.journal.settle(running, 'kept', RESULT);
    await until(() => isAllowedInTheEnd(other, inFlight('f', 1)));
    await inTheEnd(() => other.grants.refresh());
    expect(other.grants.findByTokenHash('a'.repeat(64))?.state).toBe('revoked');
    expect((await other.decisions.verify()).findings).toEqual([]);
  });

  it('follows the address when the old primary lives on and takes no changes', async () => {
    expect(await allowed(4)).toBe(4);
    const setting = 'alter system set default_transaction_read_only = on';
    await primary.ask(setting, 'select pg_reload_conf()');
    await takesOver();
    expect(await allowed(2 * LIMIT)).toBe(LIMIT - 4);
    await inTheEnd(() => one.ping());
    await inTheEnd(() => one.grants.create(newGrant(), 'b'.repeat(64)));
    expect((await other.decisions.verify()).findings).toEqual([]);
  });

  it('refuses calls while the standby is away that each commit waits for, and says so', async () => {
    expect(await allowed(2)).toBe(2);
    await standby.signal('SIGSTOP');
    for (const each of [one, other, one, other])
      expect(await isAllowed(each, within('c', LIMIT))).toBe(false);
    for (const each of [one, other]) await expect(each.ping()).rejects.toMatchObject({ code: 'unavailable' });
    await standby.signal('SIGCONT');
    for (const each of [one, other]) await inTheEnd(() => each.ping());
    const more = await allowed(2 * LIMIT);
    expect(more).toBeGreaterThanOrEqual(LIMIT - 4);
    expect(more).toBeLessThanOrEqual(LIMIT - 2);
    expect((await other.decisions.verify()).findings).toEqual([]);
  });

  it('leaves a primary that goes on as soon as one connection leads past it', async () => {
    await waitsForStandby('off');
    const call = (store: Store) =>
      inTheEnd(() => store.journal.admit([], () => decisionRow({ outcome: 'allow', forwarded: true })));
    await call(one);
    await until(async () => (await callsOn(standby)) === 1);
    await following[Symbol.asyncDispose]();
    await takesOver();
    // More at once than there are connections by now.
    const reads = () => Array.from({ length: 12 }, () => one.decisions.query({ limit: 1 }));
    await Promise.allSettled(reads());
    for (let nth = 0; nth < 10; nth += 1) await Promise.allSettled([...reads(), call(one)]);
    expect([await callsOn(primary), await callsOn(standby)]).toEqual([1, 11]);
  });

  async function callsOn({ port }: PostgresServer): Promise<number> {
    const url = Object.assign(new URL(database), { port: String(port) }).href;
    const [rows] = await askAll(url, ['select count(*)::int as calls from decisions']);
    return Number(rows?.[0]?.['calls']);
  }
});
