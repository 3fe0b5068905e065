import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInRecord } from '../../src/store/conformance/agent-sign-ins.ts';
import { TestClock } from '../../src/store/conformance/index.ts';
import { storedServer } from '../../src/store/conformance/servers.ts';
import { GATEWAY, type Store } from '../../src/store/index.ts';
import {
  listPostgresKeys,
  migratePostgres,
  openPostgresStore,
  type RotatePostgresKeysOptions,
  rotatePostgresKeys,
  sealPostgresKeys,
} from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/programs.ts';

const KEY = randomBytes(32).toString('base64');
const OTHER = randomBytes(32).toString('base64');
const clock = new TestClock();

let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  url = await server.newDatabase();
  await migratePostgres(url);
});
afterEach(() => server.dropDatabase(url));

const open = (masterKey: string | undefined, as: 'writer' | 'reader' = 'writer') =>
  openPostgresStore({ url, clock, masterKey, as, onWarning: () => undefined });
const keyOf = ({ secrets }: Store) => secrets.key('log-seal').toString('hex');

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the keys of a database', () => {
  it('are made once, by whoever is first of those that start at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, () => open(KEY)));
    expect(new Set(stores.map(keyOf)).size).toBe(1);
    const place = { organization: 'default', record: 'server 1', purpose: 'credentials' };
    const [one, other] = stores;
    expect(other?.vault.open(place, one?.vault.seal(place, 'a secret') ?? Buffer.alloc(0))).toBe('a secret');
    for (const store of stores) await store[Symbol.asyncDispose]();
    await using again = await open(KEY);
    expect(stores.map(keyOf)).toContain(keyOf(again));
  });

  it('are sealed: no key stands in the database', async () => {
    await using store = await open(KEY);
    const [kept] = await ask('select sealed from kept_keys');
    expect(String(kept?.['sealed'])).toMatch(/^[\w-]{300,}$/);
    const dumped = JSON.stringify([kept, await ask('select * from key_checks')]);
    expect(dumped).not.toContain(store.secrets.key('people').toString('base64'));
  });

  it('are not opened without the master key, with another, or with what is none; nothing is written', async () => {
    await expect(open(undefined)).rejects.toThrow(/expected BOOMGATE_MASTER_KEY .*openssl rand -base64 32/);
    await expect(open('short')).rejects.toThrow('expected BOOMGATE_MASTER_KEY to be 32 bytes');
    expect(await ask('select * from kept_keys')).toEqual([]);
    await using _ = await open(KEY);
    const before = await ask('select * from kept_keys');
    await expect(open(OTHER)).rejects.toMatchObject({ code: 'unreadable' });
    await expect(open(OTHER)).rejects.toThrow('BOOMGATE_MASTER_KEY is not the key');
    expect(await ask('select * from kept_keys')).toEqual(before);
  });

  it('are made by nobody who only reads', async () => {
    await using reader = await open(KEY, 'reader');
    expect(() => keyOf(reader)).toThrow('has no keys yet');
    expect(await ask('select * from kept_keys')).toEqual([]);
  });

  it('are not made anew when they are gone, and those of another database are refused', async () => {
    await (await open(KEY))[Symbol.asyncDispose]();
    const [own] = await ask('select sealed from kept_keys');
    await ask('delete from kept_keys');
    await expect(open(KEY)).rejects.toThrow('no key for');
    await ask(`insert into kept_keys values (1, '${String(own?.['sealed'])}')`);
    await ask("update key_checks set value = 'another' where purpose = 'people'");
    await expect(open(KEY)).rejects.toThrow('the key for people is not the one');
  });

  it('get another master key, while those who run go on', async () => {
    await using running = await open(KEY);
    await sealPostgresKeys({ url, clock, masterKey: KEY, newMasterKey: OTHER, by: GATEWAY });
    await expect(open(KEY)).rejects.toThrow('is not the key');
    await using started = await open(OTHER);
    expect(keyOf(started)).toBe(keyOf(running));
    const seal = sealPostgresKeys({ url, clock, masterKey: KEY, newMasterKey: OTHER, by: GATEWAY });
    await expect(seal).rejects.toMatchObject({ code: 'unreadable' });
    expect((await ask('select entry from audit')).map(({ entry }) => String(entry))).toEqual([
      expect.stringContaining('keys.sealed'),
    ]);
  });
});

it('are not looked at where Postgres is away, which is said as by every command', async () => {
  const away = { url: 'postgres://boomgate@127.0.0.1:1/none', clock, masterKey: KEY, by: GATEWAY };
  for (const asked of [
    listPostgresKeys(away),
    rotatePostgresKeys(away),
    sealPostgresKeys({ ...away, newMasterKey: OTHER }),
  ])
    await expect(asked).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^Postgres cannot be used: /),
    });
});

describe('a rotation of the keys of a database', () => {
  /** More than one transaction takes. */
  const SERVERS = 60;
  const secretOf = (slug: string) => ({ headers: { 'x-key': `secret of ${slug}` }, env: {}, query: [] });
  const add = (store: Store, slug: string) => storedServer(store, { slug, secrets: secretOf(slug) });
  const rotate = (more: Partial<RotatePostgresKeysOptions> = {}) =>
    rotatePostgresKeys({ url, clock, masterKey: KEY, by: GATEWAY, ...more });
  const versions = async () =>
    (await listPostgresKeys({ url, masterKey: KEY })).map(({ version }) => version);

  async function openFilled(): Promise<Store> {
    const store = await open(KEY);
    for (let at = 0; at < SERVERS; at += 1) await add(store, `s${at}`);
    return store;
  }

  async function expectReadable(store: Store, count: number): Promise<void> {
    const servers = await store.servers.list();
    expect(servers).toHaveLength(count);
    for (const server of servers)
      expect(await store.servers.secretsOf(server)).toEqual(secretOf(server.slug));
  }

  it('seals everything anew beside replicas, which go on reading and writing', async () => {
    await using writing = await openFilled();
    await using reading = await open(KEY);
    const onStep = async () => void (await add(writing, `during ${Math.random()}`));
    const report = await rotate({ onStep });
    expect(report).toMatchObject({ version: 2, removed: [1], resumed: false });
    expect(report.resealed).toBeGreaterThanOrEqual(SERVERS);
    const { length } = await writing.servers.list();
    expect(await listPostgresKeys({ url, masterKey: KEY })).toEqual([
      { version: 2, isCurrent: true, texts: length },
    ]);
    await expectReadable(writing, length);
    await expectReadable(reading, length);
    expect(await rotate()).toMatchObject({ version: 3, removed: [2] });
    await add(reading, 'later');
    await expectReadable(writing, length + 1);
    await using started = await open(KEY);
    await expectReadable(started, length + 1);
    const acts = await started.audit.query({ limit: 99, action: 'keys.rotated' });
    expect(acts.map(({ after }) => after)).toMatchObject([{ version: 2 }, { version: 3, removed: [2] }]);
  });

  it('seals anew what agents that sign in have, and a replica of before reads it', async () => {
    await using store = await open(KEY);
    const content = (kind: string) => JSON.stringify(`content of ${kind}`);
    for (const kind of ['code', 'refresh'])
      await store.agentSignIns.put(signInRecord(store.nowMs(), { kind, content: content(kind) }));
    expect(await rotate()).toMatchObject({ version: 2, resealed: 2, removed: [1] });
    for (const kind of ['code', 'refresh'])
      expect((await store.agentSignIns.find(kind, 'swordfish'))?.content).toBe(content(kind));
  });

  it('that was interrupted is ended by the next, and two at once do no harm', async () => {
    await using store = await openFilled();
    const onStep = () => {
      throw new Error('the power failed');
    };
    await expect(rotate({ onStep })).rejects.toThrow('the power failed');
    expect(await versions()).toEqual([1, 2]);
    await expectReadable(store, SERVERS);
    expect(await rotate()).toEqual({ version: 2, resealed: SERVERS - 50, removed: [1], resumed: true });
    await Promise.all([rotate(), rotate()]);
    await expectReadable(store, SERVERS);
    expect(await versions()).toHaveLength(1);
  });

  it('keeps every key when a secret cannot be opened', async () => {
    await using store = await openFilled();
    await ask("update servers set sealed = sealed || '\\x00'::bytea where slug = 's59'");
    await expect(rotate()).rejects.toMatchObject({ code: 'unreadable' });
    expect(await versions()).toEqual([1, 2]);
    const other = { organization: 'default', slug: 's58' };
    expect(await store.servers.secretsOf(other)).toEqual(secretOf('s58'));
  });

  it('leaves a replica that has an older master key everything but what is sealed', async () => {
    await using store = await openFilled();
    await sealPostgresKeys({ url, clock, masterKey: KEY, newMasterKey: OTHER, by: GATEWAY });
    await add(store, 'before');
    await rotate({ masterKey: OTHER });
    const refused = { code: 'unreadable', message: expect.stringContaining('BOOMGATE_MASTER_KEY is not') };
    await expect(add(store, 'after')).rejects.toMatchObject(refused);
    await expect(store.servers.secretsOf({ organization: 'default', slug: 's1' })).rejects.toMatchObject({
      code: 'unreadable',
    });
    const nothing = { headers: {}, env: {}, query: [] };
    await storedServer(store, { slug: 'open', secrets: nothing });
    expect(await store.servers.list()).toHaveLength(SERVERS + 2);
  });
});

describe('the schema of a database', () => {
  /** As it was before one of the steps. */
  async function undo(): Promise<void> {
    await ask('drop table dead_replicas');
    await ask('alter table replicas drop column since');
    await ask("delete from kysely_migration where name = '0016_dead'");
  }

  it('is asked for before anything else', async () => {
    const empty = await server.newDatabase();
    const opened = openPostgresStore({
      url: empty,
      clock,
      masterKey: KEY,
      as: 'writer',
      onWarning: () => undefined,
    });
    await expect(opened).rejects.toThrow(/the database is empty: run "boomgate migrate/);
    await server.dropDatabase(empty);
    await ask("delete from kysely_migration where name = '0016_dead'");
    await expect(open(KEY)).rejects.toThrow(/an earlier version \(it lacks 0016_dead\)/);
  });

  it('may be ahead of a program that is started again, unless a step says that it may not', async () => {
    await ask("insert into kysely_migration values ('9001_more', '2026-01-01')");
    await (await open(KEY))[Symbol.asyncDispose]();
    expect(await migratePostgres(url)).toEqual([]);
    await ask("insert into schema_floor values (1, '9001_more')");
    await expect(open(KEY)).rejects.toMatchObject({
      code: 'newer_schema',
      message: expect.stringMatching(/newer version of boomgate .*9001_more.*: install that version/),
    });
    await expect(migratePostgres(url)).rejects.toMatchObject({ code: 'newer_schema' });
  });

  it('waits for a table that is in use, and holds nobody up meanwhile', async () => {
    await undo();
    const user = new pg.Client({ connectionString: url });
    await user.connect();
    await user.query('begin');
    await user.query('select * from replicas');
    const migrated = migratePostgres(url);
    const waits = async () => {
      const found = await ask("select 1 from pg_locks where not granted and relation = 'replicas'::regclass");
      return found.length > 0;
    };
    await until(waits);
    // Whoever comes meanwhile is not kept waiting behind it for long.
    await until(async () => !(await waits()));
    await ask('insert into replicas select * from replicas');
    await user.query('rollback');
    await user.end();
    expect(await migrated).toEqual(['0016_dead']);
  });

  it('is changed when nobody is in the middle of a write, who may go on with any table', async () => {
    await undo();
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    await writer.query('begin');
    // As each group of the journal begins, long before it writes.
    await writer.query('select * from chain_head, replicas');
    const migrated = migratePostgres(url);
    await until(async () => {
      const found = await ask('select relation::regclass::text as name from pg_locks where not granted');
      return found.some(({ name }) => name === 'chain_head');
    });
    await writer.query("set local lock_timeout = '10ms'; insert into replicas select * from replicas");
    await writer.query('rollback');
    await writer.end();
    expect(await migrated).toEqual(['0016_dead']);
  });

  it('is not put beside the tables of another program', async () => {
    const foreign = await server.newDatabase();
    const client = new pg.Client({ connectionString: foreign });
    await client.connect();
    await client.query('create table invoices (id int)');
    await client.end();
    await expect(migratePostgres(foreign)).rejects.toThrow('tables of another program');
    await server.dropDatabase(foreign);
  });
});
