import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it } from 'vitest';
import { systemClock } from '../../limits/index.ts';
import { GATEWAY } from '../contract.ts';
import { openDatabase } from '../sqlite/driver.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import { MIGRATIONS } from './index.ts';

const TEXT = '{"version":"1","default":"deny"}';

it('keeps the versions that files made before policies were stored, and goes on counting', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-policies-'));
  const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
  const migrator = new Migrator({
    // A cast: better-sqlite3 is what Kysely's own type describes.
    db: new Kysely<unknown>({ dialect: new SqliteDialect({ database: database as never }) }),
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  });
  await migrator.migrateTo('0009_servers');
  const columns = database.prepare<{ name: string }>('pragma table_info(policy_versions)').all();
  expect(columns.map(({ name }) => name)).not.toContain('origin');
  const insert = database.prepare(
    'insert into policy_versions (name, version, sha256, text, created_at) values (?, ?, ?, ?, ?)',
  );
  insert.run('p', 1, Buffer.from('aa', 'hex'), '{"version":"1","default":"allow"}', 5);
  insert.run('p', 2, Buffer.from('bb', 'hex'), TEXT, 6);
  database.exec("insert into organizations values ('default', 'Acme', 1, 3, 4)");
  database.close();

  await using store = await openSqliteStore({ directory, clock: systemClock() });
  const owner = { organization: 'default', name: 'p' };
  expect(await store.policies.versions(owner, { limit: 9 })).toMatchObject([
    { version: 2, origin: 'file', note: '', sha256: 'bb', createdAtMs: 6 },
    { version: 1, origin: 'file', note: '', sha256: 'aa', createdAtMs: 5 },
  ]);
  expect((await store.policies.version(owner, 2))?.text).toBe(TEXT);
  // What files made is not in force by itself, and its numbers are not given again.
  expect(await store.policies.stored()).toEqual([]);
  const saved = await store.policies.save({ ...owner, base: 0, text: TEXT, note: 'mine' }, GATEWAY);
  expect(saved).toMatchObject({ version: 3, origin: 'stored' });
  expect(await store.people.organizations.find('default')).toMatchObject({
    name: 'Acme',
    requireSecondFactor: true,
    requireSecondPerson: 'never',
    version: 3,
  });
  await rm(directory, { recursive: true, force: true });
});
