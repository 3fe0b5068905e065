/** A pooler before Postgres that gives each transaction a connection, and users of a database who have bounds of time of their own. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { beginLocked, WRITER_LOCK } from '../../src/store/postgres/executor.ts';
import { migratePostgres, openPostgresStore, postgresFacts } from '../../src/store/postgres/index.ts';
import { openClient } from '../../src/store/postgres/pool.ts';
import { startPooler } from '../support/pooler.ts';
import { until } from '../support/programs.ts';
import { useServers } from '../support/stores.ts';

/** Milliseconds that a user has. */
const BOUND_MS = 20;

const servers = useServers({ withRedis: false });
const masterKey = randomBytes(32).toString('base64');

function open(url: string, as: 'gateway' | 'writer') {
  const what = { url, clock: systemClock(), masterKey, as };
  return openPostgresStore({ ...what, onWarning: () => undefined });
}

/** The address of a database for a user who has such a bound. */
async function boundUser(database: string, setting: string): Promise<string> {
  const role = `u${randomBytes(8).toString('hex')}`;
  const bound = `alter role ${role} set ${setting} = ${BOUND_MS}`;
  await servers.postgres().ask(`create role ${role} login superuser`, bound);
  return Object.assign(new URL(database), { username: role }).href;
}

/** Holds what a statement takes until the work has waited for it for longer than the bound, or waits no more. */
async function waitingFor<Result>(taken: string, url: string, work: () => Promise<Result>): Promise<Result> {
  const holder = openClient(url, 'holder');
  await holder.connect();
  await holder.query(taken);
  let isOver = false;
  const result = work().finally(() => {
    isOver = true;
  });
  result.catch(() => undefined);
  const waiters = `select 1 from pg_locks where not granted and waitstart < clock_timestamp() - interval '${2 * BOUND_MS} ms'`;
  await until(async () => isOver || (await holder.query(waiters)).rows.length > 0);
  await holder.end();
  return result;
}

it('begins behind no pooler that loses prepared statements, and says so', async () => {
  const url = new URL(await servers.newStore());
  await using pooler = await startPooler(Number(url.port));
  url.port = String(pooler.port);
  const lost = { code: 'unavailable', message: expect.stringContaining('does not keep prepared statements') };
  await expect(open(url.href, 'gateway')).rejects.toMatchObject(lost);
  await expect(postgresFacts(url.href)).rejects.toMatchObject(lost);
  await using store = await open(url.href, 'writer');
  expect(await store.grants.list()).toEqual([]);
});

it('waits its turn to write, whatever its user has for a lock', async () => {
  const url = await servers.newStore();
  const client = openClient(await boundUser(url, 'lock_timeout'), 'writer');
  await client.connect();
  await waitingFor(`select pg_advisory_lock(${WRITER_LOCK})`, url, () =>
    client.query(beginLocked([WRITER_LOCK])),
  );
  await client.end();
});

it.each(['statement_timeout', 'lock_timeout'])(
  'migrates for as long as it takes, whatever %s its user has',
  async (setting) => {
    const url = await servers.postgres().newDatabase();
    const own = await boundUser(url, setting);
    // An index is made when nobody sees the table any more as it was without it.
    const seeing = 'begin isolation level repeatable read; select 1';
    expect(await waitingFor(seeing, url, () => migratePostgres(own))).not.toEqual([]);
  },
);
