import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admit, decisionRow, TestClock, windowDemand } from '../conformance/index.ts';
import { GATEWAY, type Store } from '../contract.ts';
import { writeBackup } from './backup/index.ts';
import { openDatabase } from './driver.ts';
import { openSqliteStore, type SqliteStoreOptions } from './open.ts';
import { listKeys, rotateKeys } from './rotate-keys.ts';

let directory: string;
let file: string;
const stores: Store[] = [];
const warnings: string[] = [];

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'boomgate-open-')), 'data');
  file = join(directory, 'boomgate.db');
  warnings.length = 0;
});

afterEach(async () => {
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
  await rm(join(directory, '..'), { recursive: true });
});

async function open(options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({
    directory,
    clock: new TestClock(),
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  stores.push(store);
  return store;
}

async function close(store: Store): Promise<void> {
  await store[Symbol.asyncDispose]();
}

const raw = () => openDatabase(file, { readOnly: false, busyTimeoutMs: 0 });
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const hash = createHash('sha256').update('token').digest('hex');
const grant = {
  id: 'g1',
  organization: 'default',
  name: 'laptop',
  server: 'files',
  labels: {},
  mode: 'enforce',
  origin: 'minted',
} as const;

describe('a data directory', () => {
  /** As a folder that another user owns; to tell that apart would need another user here. */
  it.each(['boomgate.db', 'keys.lock'])(
    'whose %s cannot be opened is told of by every way in',
    async (name) => {
      await mkdir(join(directory, name), { recursive: true });
      if (name === 'keys.lock') await writeFile(file, '');
      const place = { directory, clock: new TestClock() };
      const to = join(directory, '..', 'file.backup');
      const refusal = { name: 'StoreError', message: expect.stringContaining(join(directory, name)) };
      const backup = () => writeBackup({ ...place, file: to, version: '1' });
      const ways: (() => Promise<unknown>)[] = [backup, () => rotateKeys({ ...place, by: GATEWAY })];
      if (name === 'boomgate.db') ways.push(() => listKeys(place));
      for (const way of ways) await expect(way()).rejects.toMatchObject(refusal);
    },
  );

  it('is made for its owner alone, with all files in it', async () => {
    await admit(await open());
    expect(await modeOf(directory)).toBe('700');
    for (const name of ['boomgate.db', 'boomgate.db-wal', 'boomgate.db-shm', 'boomgate.lock', 'keys.json'])
      expect(`${name} ${await modeOf(join(directory, name))}`).toBe(`${name} 600`);
    expect(warnings).toEqual([]);
  });

  it('serves one gateway at a time, and the next when that one is closed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(directory),
    });
    await close(first);
    await admit(await open());
  });

  it('has the schema that is written down', async () => {
    await open();
    const database = raw();
    const statements = database
      .prepare<{ sql: string }>(
        "select sql from sqlite_schema where sql is not null and name not like 'kysely%' order by name",
      )
      .all();
    database.close();
    const text = statements.map(({ sql }) => `${sql};\n`).join('\n');
    await expect(text).toMatchFileSnapshot('../migrations/schema.txt');
  });
});

describe('a file that cannot be used', () => {
  it('is refused and left as it is when it is not a database', async () => {
    await mkdir(directory);
    await writeFile(file, 'not a database, but longer than the header of one, which has 100 bytes'.repeat(3));
    const before = await readFile(file);
    await expect(open()).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining(file),
    });
    expect(await readFile(file)).toEqual(before);
  });

  it('is refused when it belongs to another program', async () => {
    await mkdir(directory);
    const database = raw();
    database.exec('create table recipes (name text)');
    database.close();
    await expect(open()).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('is refused when a newer version wrote it, and can be used again by that version', async () => {
    await close(await open());
    const database = raw();
    database.exec("insert into kysely_migration values ('9999_future', '2030-01-01')");
    await expect(open()).rejects.toMatchObject({
      code: 'newer_schema',
      message: expect.stringContaining('9999_future'),
    });
    database.exec("delete from kysely_migration where name = '9999_future'");
    database.close();
    await open();
  });

  it.each<Partial<SqliteStoreOptions>>([{}, { as: 'reader' }, { as: 'writer', mustExist: true }])(
    'is refused where the data directory is a file: %o',
    async (options) => {
      await writeFile(directory, 'a file in the way');
      await expect(open(options)).rejects.toMatchObject({
        code: 'unavailable',
        message: `expected a directory for the data, found the file ${directory}: choose another with --data`,
      });
    },
  );

  it('is refused when the data directory cannot be made', async () => {
    const within = join(directory, 'a file in the way');
    await mkdir(directory);
    await writeFile(within, '');
    await expect(open({ directory: join(within, 'data') })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('cannot be made'),
    });
  });
});

describe('the file of keys', () => {
  it.each([
    ['cut off', '{"session-seal": "'],
    ['empty', ''],
    ['without a key', '{"session-seal": "AAAA"}'],
  ])('is refused and never overwritten when it is %s', async (_name, text) => {
    await close(await open());
    await writeFile(join(directory, 'keys.json'), text);
    await expect(open()).rejects.toMatchObject({ code: 'unreadable' });
    expect(await readFile(join(directory, 'keys.json'), 'utf8')).toBe(text);
  });

  it('gets a key for a purpose that came later, and keeps the others', async () => {
    await close(await open());
    const file = join(directory, 'keys.json');
    const { 'log-seal': _new, ...older } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(older));
    const database = raw();
    database.exec("delete from key_checks where purpose = 'log-seal'");
    database.close();
    await close(await open());
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ...older, 'log-seal': expect.any(String) });
    expect(await modeOf(file)).toBe('600');
  });

  it.each([
    ['is gone', () => undefined],
    ['has lost a key', ({ 'log-seal': _lost, ...rest }: Record<string, string>) => rest],
    ['has another key', (keys: Record<string, string>) => ({ ...keys, 'log-seal': keys['session-seal'] })],
  ])('is never made anew for a database that was written with it: it %s', async (_what, change) => {
    await close(await open());
    const file = join(directory, 'keys.json');
    const changed = change(JSON.parse(await readFile(file, 'utf8')));
    if (changed === undefined) await rm(file);
    else await writeFile(file, JSON.stringify(changed));
    for (const options of [{}, { as: 'writer' } as const])
      await expect(open(options)).rejects.toMatchObject({
        code: 'unreadable',
        message: expect.stringContaining('the database was written'),
      });
    if (changed === undefined) {
      await expect(open({ as: 'reader' })).rejects.toThrow(
        'keys.json is missing, with which the database was',
      );
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    } else expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(changed);
  });

  it.each([
    ['missing', () => rm(file)],
    ['empty', () => writeFile(file, '')],
  ])('never gets a new database beside it: the one of its own is %s', async (what, lose) => {
    await close(await open());
    for (const name of ['-wal', '-shm']) await rm(`${file}${name}`, { force: true });
    await lose();
    const message = expect.stringContaining(`boomgate.db is ${what}, but its keys are there`);
    for (const as of ['gateway', 'writer', 'reader'] as const)
      await expect(open({ as })).rejects.toMatchObject({ code: 'unreadable', message });
    // As it was left, so that what belongs there can be put back.
    expect((await stat(file).catch(() => undefined))?.size).toBe(what === 'empty' ? 0 : undefined);
  });

  it('is made private again, with a warning, when others could read it', async () => {
    await close(await open());
    await chmod(join(directory, 'keys.json'), 0o644);
    await open();
    expect(await modeOf(join(directory, 'keys.json'))).toBe('600');
    expect(warnings.join()).toContain('keys.json');
  });
});

describe('beside a running gateway', () => {
  it('the command line writes grants, which the gateway sees when it looks again', async () => {
    const gateway = await open();
    const commandLine = await open({ as: 'writer' });
    await commandLine.grants.create(grant, hash);
    expect(gateway.grants.findByTokenHash(hash)).toBeUndefined();
    await gateway.grants.refresh();
    expect(gateway.grants.findByTokenHash(hash)?.name).toBe('laptop');
    await gateway.grants.setState('laptop', 'revoked');
    expect((await commandLine.grants.list())[0]?.state).toBe('revoked');
  });

  it('the command line may not take from counters', async () => {
    const commandLine = await open({ as: 'writer' });
    await expect(admit(commandLine, windowDemand())).rejects.toMatchObject({ code: 'locked' });
    await expect(commandLine.journal.peek([])).rejects.toMatchObject({ code: 'locked' });
  });

  it('a reader follows the log and writes nothing', async () => {
    const gateway = await open();
    const reader = await open({ as: 'reader' });
    expect(await reader.decisions.query({ limit: 5 })).toEqual([]);
    await gateway.journal.record(decisionRow({ target: 'seen' }));
    expect((await reader.decisions.query({ limit: 5, after: 0 }))[0]?.row.target).toBe('seen');
    await expect(reader.grants.create(grant, hash)).rejects.toMatchObject({ code: 'unavailable' });
    await reader.ping();
  });

  it('a reader can look at what a gateway left behind, but makes nothing itself', async () => {
    await expect(open({ as: 'reader' })).rejects.toMatchObject({ code: 'unavailable' });
    const gateway = await open();
    await gateway.journal.record(decisionRow());
    await close(gateway);
    expect(await (await open({ as: 'reader' })).decisions.query({ limit: 5 })).toHaveLength(1);
  });
  it('a writer of what must exist changes what a gateway made, and makes nothing itself', async () => {
    const change = { as: 'writer', mustExist: true } as const;
    await expect(open(change)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('does not exist yet'),
    });
    await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    await close(await open());
    await close(await open(change).then((store) => store.grants.create(grant, hash).then(() => store)));
    expect(await (await open({ as: 'reader' })).grants.list()).toMatchObject([{ name: 'laptop' }]);
  });

  it('a writer leaves the schema of an earlier version to the gateway', async () => {
    await close(await open());
    const database = raw();
    database.exec("delete from kysely_migration where name > '0002'");
    const steps = () => database.prepare('select name from kysely_migration').all();
    const before = steps();
    for (const mustExist of [true, false])
      await expect(open({ as: 'writer', mustExist })).rejects.toMatchObject({
        code: 'older_schema',
        message: expect.stringContaining('start the gateway once to bring it up to date'),
      });
    expect(steps()).toEqual(before);
    database.close();
  });
});
