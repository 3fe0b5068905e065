/** From a data folder into a database: everything that was kept is there, and what limits counted goes on. */
import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdtemp, access as reach, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { signInRecord } from '../../src/store/conformance/agent-sign-ins.ts';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import { admit, admitMany, decisionRow, units, windowDemand } from '../../src/store/conformance/fixtures.ts';
import { storedServer } from '../../src/store/conformance/servers.ts';
import {
  GATEWAY,
  type MoveOptions,
  migratePostgres,
  moveToPostgres,
  openSqliteStore,
  openStore,
  restoreBackup,
  type Store,
  writeBackup,
} from '../../src/store/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { askAll, COMMIT, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { startRelay } from '../support/relay.ts';

const KEY = randomBytes(32).toString('base64');
const HOUR_MS = 3_600_000;
const DEMAND = windowDemand({ max: units(5), windowMs: HOUR_MS });
/** A key of a counter that an index of Postgres does not take as it is. */
const LONG = windowDemand({ max: units(5), windowMs: HOUR_MS, key: `\0${'k'.repeat(4_000)}` });
const ORGANIZATION = 'default';
const POLICY = '{"version":"1","default":"deny","tools":{}}';
/** Of SQLite alone. */
const LEFT = ['kysely_migration', 'kysely_migration_lock', 'ledger_floor'];
const clock = systemClock();
const GRANT = {
  organization: ORGANIZATION,
  server: 's',
  labels: { team: 'a' },
  mode: 'enforce',
  origin: 'minted',
} as const;
const RESTORING = { force: false, keepCounters: false, acceptFindings: false, by: GATEWAY } as const;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

let server: PostgresServer;
let folder: string;
let data: string;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-move-'));
  data = join(folder, 'data');
  url = await server.newDatabase();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openFolder = (directory = data) => openSqliteStore({ directory, clock });
const openMoved = () => openStore({ place: { database: url }, as: 'gateway', clock, masterKey: KEY });
const move = (change: Partial<MoveOptions> = {}) =>
  moveToPostgres({
    ...{ directory: data, url, clock, masterKey: KEY, keepCounters: false, by: GATEWAY },
    onWarning: () => undefined,
    onTable: () => undefined,
    ...change,
  });

const PERSON = { id: 'ann', email: 'ann@acme.example', name: 'Ann 😀', passwordHash: 'hash' };

/** Some of everything that refers to something else, is sealed, chained or counted. */
async function fill(store: Store): Promise<void> {
  const { people } = store;
  await people.setup.open('code', clock.wallMs() + HOUR_MS);
  const organization = { id: ORGANIZATION, name: 'Acme' };
  expect(await people.setup.complete('code', { person: PERSON, organization, memberId: 'm' })).toBe(true);
  await people.accounts.replaceRecoveryCodes('ann', ['one', 'two']);
  await storedServer(store, { slug: 'files' });
  const saved = { organization: ORGANIZATION, name: 'p', base: 0, text: POLICY, note: 'so "that"\n' };
  await store.policies.save(saved, GATEWAY);
  for (const id of ['g', 'h']) await store.grants.create({ ...GRANT, id, name: id }, hashOf(id));
  await store.grants.setState('h', 'revoked');
  const access = { hash: hashOf('access'), endsAtMs: clock.wallMs() + HOUR_MS, signIn: 'sign-in-1' };
  expect(await store.grants.putAccess('g', access)).toBe('done');
  await store.agentSignIns.put(signInRecord(clock.wallMs(), { of: { signIn: access.signIn, grant: 'g' } }));
  await admitMany(store, 3, DEMAND);
  await admitMany(store, 2, LONG);
  await store.journal.record(decisionRow({ target: 'a\0b', client: 'agent "1"\n\t\\{},' }));
  await store.journal.ask(approvalAsk({}), '{"a":1}', () =>
    decisionRow({ outcome: 'approve', forwarded: false }),
  );
}

/** All rows of all tables of the folder, without those that only SQLite has. */
function rowsOfFolder(): Readonly<Record<string, readonly object[]>> {
  const database = openDatabase(join(data, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 1_000 });
  const tables = database
    .prepare<{ name: string }>("select name from sqlite_schema where type = 'table'")
    .all()
    .map(({ name }) => name)
    .filter((name) => !LEFT.includes(name));
  const rows = tables.map(
    (name) => [name, database.prepare<object>(`select * from "${name}"`).all()] as const,
  );
  database.close();
  return Object.fromEntries(rows);
}

async function rowsOfDatabase(table: string, like: readonly object[]): Promise<readonly object[]> {
  const columns = Object.keys(like[0] ?? {}).map((name) => `"${name}"`);
  if (columns.length === 0) return (await askAll(url, [`select * from "${table}"`]))[0] ?? [];
  return (await askAll(url, [`select ${columns.join()} from "${table}"`]))[0] ?? [];
}

/** Numbers of 64 bits come as texts. */
const inOneForm = (rows: readonly object[]): readonly string[] =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.values(row).map((cell) =>
          cell instanceof Uint8Array
            ? Buffer.from(cell).toString('hex')
            : cell === null
              ? null
              : String(cell),
        ),
      ),
    )
    .sort();

describe('a move', () => {
  it('leaves every row of every table in the database, and the keys', async () => {
    const store = await openFolder();
    await fill(store);
    const key = store.secrets.key('log-seal');
    await store[Symbol.asyncDispose]();
    const told: Record<string, number> = {};
    await move({ onTable: (table, rows) => Object.assign(told, { [table]: rows }) });

    const before = rowsOfFolder();
    expect(Object.keys(told).sort()).toEqual(Object.keys(before).sort());
    for (const [table, rows] of Object.entries(before)) {
      expect(told[table], table).toBe(rows.length);
      // The move itself is an act, and the key of a counter is kept in another way.
      if (!['audit', 'audit_head', 'usage'].includes(table))
        expect(inOneForm(await rowsOfDatabase(table, rows)), table).toEqual(inOneForm(rows));
    }

    await using moved = await openMoved();
    expect(moved.secrets.key('log-seal')).toEqual(key);
    expect((await moved.decisions.verify()).findings).toEqual([]);
    expect((await moved.audit.verify()).findings).toEqual([]);
    expect((await moved.audit.query({ limit: 1 }))[0]).toMatchObject({ action: 'store.moved' });
    const [files] = await moved.servers.list();
    expect(files && (await moved.servers.secretsOf(files))).toMatchObject({
      headers: { authorization: 'Bearer swordfish' },
    });
    expect(moved.grants.findByTokenHash(hashOf('g'))).toMatchObject({ state: 'active' });
    expect(moved.grants.findByAccessHash(hashOf('access'))).toMatchObject({ id: 'g' });
    expect((await moved.agentSignIns.find('refresh', 'swordfish'))?.content).toBe('{"a":1}');
    expect(moved.grants.findByTokenHash(hashOf('h'))).toMatchObject({ state: 'revoked' });
    expect(await moved.people.accounts.findByEmail(PERSON.email)).toMatchObject(PERSON);
  });

  it('goes on counting where the folder was, and goes on with both logs', async () => {
    const store = await openFolder();
    await fill(store);
    const ends = [(await store.decisions.verify()).head, (await store.audit.verify()).head];
    await store[Symbol.asyncDispose]();
    await move();
    await using moved = await openMoved();
    expect(await admitMany(moved, 10, DEMAND)).toHaveLength(2);
    expect(await admitMany(moved, 10, LONG)).toHaveLength(3);
    expect((await moved.decisions.verify(ends[0])).findings).toEqual([]);
    expect((await moved.audit.verify(ends[1])).findings).toEqual([]);
  });

  it('is made once, from a folder that nobody uses and nobody goes on with', async () => {
    const store = await openFolder();
    await fill(store);
    await expect(move()).rejects.toMatchObject({ code: 'locked' });
    await store[Symbol.asyncDispose]();
    await expect(move({ masterKey: undefined })).rejects.toMatchObject({ code: 'unreadable' });
    await (await openFolder())[Symbol.asyncDispose]();
    const file = join(folder, 'before.backup');
    await writeBackup({ directory: data, file, clock, version: '1.2.3' });
    // By root, the mark is given to whom the folder belongs, as all that they have to read.
    if (process.getuid?.() === 0) await chown(data, 1_000, 1_000);
    // Whoever that is does not have root write elsewhere.
    const [link, elsewhere] = [join(data, 'move-unfinished'), join(folder, 'elsewhere')];
    await symlink(elsewhere, link);
    await expect(move()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(reach(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(link);
    await move();
    const { uid } = await stat(data);
    expect((await stat(join(data, 'moved-to-database'))).uid).toBe(uid);
    await expect(openFolder()).rejects.toMatchObject({
      message: expect.stringContaining('was moved into a database'),
    });
    await expect(move()).rejects.toMatchObject({ code: 'unavailable' });
    await restoreBackup({ file, directory: data, clock, ...RESTORING, force: true });
    await (await openFolder())[Symbol.asyncDispose]();
  });

  it('changes nothing in a database that has been used, or when it fails half-way', async () => {
    await (await openFolder())[Symbol.asyncDispose]();
    await expect(
      move({
        onTable: (table) => {
          if (table === 'audit') throw new Error('stop');
        },
      }),
    ).rejects.toThrow('stop');
    expect((await askAll(url, ['select * from kept_keys']))[0]).toEqual([]);
    await move();
    data = join(folder, 'another');
    await (await openFolder())[Symbol.asyncDispose]();
    await expect(move()).rejects.toMatchObject({ code: 'conflict' });
    await (await openFolder())[Symbol.asyncDispose]();
  });

  it.each([
    ['reached Postgres', 'back'],
    ['was lost', 'there'],
  ] as const)('leaves no two that go on where its commit %s and nobody heard of it', async (_, cutOn) => {
    const store = await openFolder();
    await fill(store);
    await store[Symbol.asyncDispose]();
    await migratePostgres(url);
    await using line = await startRelay(server.port);
    let isCommitting = false;
    line.passing = (bytes, way) => {
      isCommitting ||= way === 'there' && bytes.includes(COMMIT);
      if (!isCommitting || way !== cutOn) return bytes;
      line.cut();
      return Buffer.alloc(0);
    };
    const through = url.replace(`:${server.port}/`, `:${line.port}/`);
    await expect(move({ url: through })).rejects.toMatchObject({ code: 'unavailable' });

    await expect(openFolder()).rejects.toMatchObject({ message: expect.stringContaining('run it again') });
    await expect(move({ masterKey: undefined })).rejects.toMatchObject({ code: 'unreadable' });
    await expect(openFolder()).rejects.toMatchObject({ message: expect.stringContaining('run it again') });
    await move();
    await expect(openFolder()).rejects.toMatchObject({
      message: expect.stringContaining('was moved into a database'),
    });
    await using moved = await openMoved();
    expect(await admitMany(moved, 10, DEMAND)).toHaveLength(2);
    expect((await moved.audit.query({ limit: 9, action: 'store.moved' })).length).toBe(1);
    expect((await moved.audit.verify()).findings).toEqual([]);
  });

  it('does not take the content of another folder for what it was to commit', async () => {
    await (await openFolder())[Symbol.asyncDispose]();
    await move();
    data = join(folder, 'another');
    await (await openFolder())[Symbol.asyncDispose]();
    await writeFile(join(data, 'move-unfinished'), '');
    await expect(move()).rejects.toMatchObject({ code: 'conflict' });
    await expect(openFolder()).rejects.toMatchObject({ code: 'unavailable' });
    const file = join(folder, 'b.backup');
    await rm(join(data, 'move-unfinished'));
    await writeBackup({ directory: data, file, clock, version: '1.2.3' });
    await writeFile(join(data, 'move-unfinished'), '');
    await restoreBackup({ file, directory: data, clock, ...RESTORING, force: true });
    await (await openFolder())[Symbol.asyncDispose]();
  });

  it('begins with no counter of which a restored folder does not know what it held, unless it may', async () => {
    const store = await openFolder();
    await admit(store, DEMAND);
    const file = join(folder, 'b.backup');
    await writeBackup({ directory: data, file, clock, version: '1.2.3' });
    await store[Symbol.asyncDispose]();
    data = join(folder, 'restored');
    await restoreBackup({ file, directory: data, clock, ...RESTORING });
    await expect(move()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('--keep-counters'),
    });
    await move({ keepCounters: true });
    await using moved = await openMoved();
    expect(await admitMany(moved, 10, DEMAND)).toHaveLength(4);
  });
});
