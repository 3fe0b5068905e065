/** The connections to Postgres. */
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { connected } from '../../src/store/postgres/executor.ts';
import { openPool, PATIENCE_MS } from '../../src/store/postgres/pool.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRelay } from '../support/relay.ts';

it('keeps no connection that could not sign in', async () => {
  await using postgres = await startPostgres();
  const url = new URL(await postgres.newDatabase());
  await using line = await startRelay(Number(url.port));
  url.port = String(line.port);
  const pool = openPool({ url: url.href, onWarning: () => undefined });
  await postgres.letIn('scram-sha-256');

  const asked = () => connected(pool, (client) => client.query('select 1'));
  for (const _ of [1, 2, 3]) await expect(asked()).rejects.toThrow('Postgres wants a password');

  await expect.poll(() => line.openEnds()).toBe(0);
  await postgres.letIn('trust');
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

it('says what may be when no connection is given, as by a pooler that has none left', async () => {
  const pooler = createServer((connection) => connection.resume());
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve));
  const { port } = pooler.address() as AddressInfo; // a cast: it listens on a port
  const url = `postgres://boomgate@127.0.0.1:${port}/postgres`;
  const pool = openPool({ url, onWarning: () => undefined, patienceMs: PATIENCE_MS });
  const asked = connected(pool, (client) => client.query('select 1'));
  await expect(asked).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^Postgres does not answer in time: .* a pooler/),
  });
  await pool.end();
  await new Promise((resolve) => pooler.close(resolve));
});

it('keeps no connection that Postgres does not end when the pool does', async () => {
  await using postgres = await startPostgres();
  const pool = openPool({ url: await postgres.newDatabase(), onWarning: () => undefined });
  const before = openSockets();
  await Promise.all([1, 2, 3].map(() => pool.query('select 1')));
  expect(openSockets()).toBeGreaterThan(before);
  await postgres.signal('SIGSTOP');

  await pool.end();
  const closed = expect.poll(openSockets, { timeout: 3_000 }).toBe(before);
  await closed.finally(() => postgres.signal('SIGCONT'));
});

it('keeps no connection to a Postgres to which its address leads no more', async () => {
  await using before = await startPostgres();
  await using after = await startPostgres();
  await using address = await startRelay(before.port);
  const warned: string[] = [];
  const url = `postgres://boomgate@127.0.0.1:${address.port}/postgres`;
  const pool = openPool({ url, onWarning: (text) => warned.push(text) });
  const early = await pool.connect();
  address.to = after.port;
  const late = await pool.connect();
  await expect.poll(() => address.openEnds()).toBe(2);
  late.release();
  early.release();

  const { rows } = await pool.query(`select current_setting('port')::int as port`);
  expect(rows).toEqual([{ port: after.port }]);
  expect(warned).toEqual([expect.stringContaining('leads to another one now')]);
  await pool.end();
});

it('keeps no connection to a Postgres that takes no changes any more', async () => {
  await using before = await startPostgres();
  await using after = await startPostgres();
  await using address = await startRelay(before.port);
  const url = `postgres://boomgate@127.0.0.1:${address.port}/postgres`;
  const pool = openPool({ url, onWarning: () => undefined });
  const change = () => connected(pool, (client) => client.query('create table changed ()'));
  await pool.query('select 1');
  await before.ask('alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
  address.to = after.port;

  await expect.poll(() => change().then(() => 'done', String)).toBe('done');
  expect(await after.ask('select * from changed')).toEqual([[]]);
  await pool.end();
});

/** Those that keep this process. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}
