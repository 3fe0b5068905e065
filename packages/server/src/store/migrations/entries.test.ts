import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it } from 'vitest';
import { systemClock } from '../../limits/index.ts';
import { openDatabase } from '../sqlite/driver.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import { MIGRATIONS } from './index.ts';

it('keeps what rows of the first schema say, and begins the chain anew', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-entries-'));
  const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
  const migrator = new Migrator({
    // A cast: better-sqlite3 is what Kysely's own type describes.
    db: new Kysely<unknown>({ dialect: new SqliteDialect({ database: database as never }) }),
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  });
  await migrator.migrateTo('0003_stack');
  database.exec(`
    insert into callers values (1, 'default', 's', 'g', 'agent', '', 'modern', '2026-07-28', 'c 1', 'p', 3, 'enforce');
    insert into decisions values (1, 'a', 5, 1, 'tools/call', 't', 'allow', '', '', '[[],[{"used":1}],["x"]]', 'ff', 9, 1, 1, 'h1');
    insert into decisions values (2, 'b', 6, 1, 'tools/call', 'u', 'deny', '(default deny)', 'no', null, '', 8, 0, 2, 'h2');
    insert into outcomes values (1, 'result', 200, null, 1.5, 0.5, 7, 3, 'h3');
    insert into chain_head values (1, 3, 'h3', 'seal');
  `);
  database.close();

  await using store = await openSqliteStore({ directory, clock: systemClock() });
  const [allowed, refused] = await store.decisions.query({ limit: 10 });
  expect(allowed?.row).toEqual({
    organization: 'default',
    server: 's',
    grantId: 'g',
    grantName: 'agent',
    session: '',
    era: 'modern',
    protocol: '2026-07-28',
    client: 'c 1',
    policy: 'p',
    policyVersion: 3,
    mode: 'enforce',
    id: 'a',
    atMs: 5,
    method: 'tools/call',
    target: 't',
    outcome: 'allow',
    rule: '',
    message: '',
    trace: [],
    usage: [{ used: 1 }],
    argKeys: ['x'],
    argsHash: 'ff',
    bytesIn: 9,
    forwarded: true,
  });
  expect(allowed?.outcomeRow).toEqual({
    status: 'result',
    httpStatus: 200,
    upstreamMs: 1.5,
    gatewayMs: 0.5,
    bytesOut: 7,
  });
  expect(refused?.row).toMatchObject({ outcome: 'deny', forwarded: false, usage: [], argKeys: [] });
  expect(refused?.outcomeRow).toBeUndefined();
  expect(await store.decisions.verify()).toMatchObject({ rows: 0, findings: [] });
  await rm(directory, { recursive: true, force: true });
});
