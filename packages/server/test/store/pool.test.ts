/** The connections to Postgres. */
import { expect, it } from 'vitest';
import { openPool } from '../../src/store/postgres/pool.ts';
import { connected } from '../../src/store/postgres/room.ts';
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

/** Those that keep this process. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}
