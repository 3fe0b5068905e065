import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signInRecord } from '../conformance/agent-sign-ins.ts';
import { TestClock } from '../conformance/index.ts';
import { storedServer } from '../conformance/servers.ts';
import { GATEWAY, type Store } from '../contract.ts';
import { SEALED_COLUMNS } from '../sealed-columns.ts';
import { openDatabase } from './driver.ts';
import { lockKeys } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { listKeys, type RotateKeysOptions, rotateKeys } from './rotate-keys.ts';

/** More than one transaction takes. */
const SERVERS = 60;

let directory: string;
let store: Store;
const clock = new TestClock();

const open = () => openSqliteStore({ directory, clock });
const rotate = (more: Partial<RotateKeysOptions> = {}) =>
  rotateKeys({ directory, clock, by: GATEWAY, ...more });
const secretOf = (slug: string) => ({ headers: { 'x-key': `secret of ${slug}` }, env: {}, query: [] });
const keyNames = async () =>
  Object.keys(JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8')))
    .filter((name) => name.startsWith('vault'))
    .sort();
const add = (slug: string) => storedServer(store, { slug, secrets: secretOf(slug) });

async function expectReadable(from: Store): Promise<void> {
  for (const server of await from.servers.list())
    expect(await from.servers.secretsOf(server)).toEqual(secretOf(server.slug));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-keys-'));
  store = await open();
  for (let at = 0; at < SERVERS; at += 1) await add(`s${at}`);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

describe('a rotation of the keys', () => {
  it('seals everything anew beside a running gateway, which goes on reading and writing', async () => {
    const report = await rotate({ onStep: () => void add(`during ${Math.random()}`) });
    expect(report).toMatchObject({ version: 2, removed: [1], resumed: false });
    expect(report.resealed).toBeGreaterThanOrEqual(SERVERS);
    expect(await keyNames()).toEqual(['vault:2']);
    await expectReadable(store);
    await add('later');
    expect(await listKeys({ directory, clock })).toEqual([
      { version: 2, isCurrent: true, texts: (await store.servers.list()).length },
    ]);
    expect((await store.audit.query({ limit: 99, action: 'keys.rotated' })).at(-1)).toMatchObject({
      after: { version: 2, removed: [1] },
    });
    expect(await rotate()).toMatchObject({ version: 3, removed: [2] });
    await store[Symbol.asyncDispose]();
    store = await open();
    await expectReadable(store);
  });

  it('seals anew what agents that sign in have, each under its own kind and key', async () => {
    const content = (kind: string) => JSON.stringify(`content of ${kind}`);
    for (const kind of ['code', 'refresh'])
      await store.agentSignIns.put(signInRecord(clock.wallMs(), { kind, content: content(kind) }));
    expect(await rotate()).toMatchObject({ version: 2, resealed: SERVERS + 2, removed: [1] });
    await store[Symbol.asyncDispose]();
    store = await open();
    for (const kind of ['code', 'refresh'])
      expect((await store.agentSignIns.find(kind, 'swordfish'))?.content).toBe(content(kind));
    const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 0 });
    database.exec(
      "update agent_sign_ins set content = (select content from agent_sign_ins where kind = 'code') where kind = 'refresh'",
    );
    database.close();
    await expect(store.agentSignIns.find('refresh', 'swordfish')).rejects.toMatchObject({
      code: 'unreadable',
    });
  });

  it('that was interrupted is ended by the next, and by no further key', async () => {
    const stop = () => {
      throw new Error('the power failed');
    };
    await expect(rotate({ onStep: stop })).rejects.toThrow('the power failed');
    expect(await keyNames()).toEqual(['vault', 'vault:2']);
    await store[Symbol.asyncDispose]();
    store = await open();
    await expectReadable(store);
    expect(await rotate()).toEqual({ version: 2, resealed: SERVERS - 50, removed: [1], resumed: true });
    await expectReadable(store);
  });

  it('keeps every key when a secret cannot be opened', async () => {
    const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 0 });
    database.exec("update servers set sealed = cast(sealed || x'00' as blob) where slug = 's59'");
    database.close();
    await expect(rotate()).rejects.toMatchObject({ code: 'unreadable' });
    expect(await keyNames()).toEqual(['vault', 'vault:2']);
    const broken = { organization: 'default', slug: 's59' };
    await expect(store.servers.secretsOf(broken)).rejects.toMatchObject({ code: 'unreadable' });
    expect(await store.servers.secretsOf({ ...broken, slug: 's58' })).toEqual(secretOf('s58'));
  });

  it('does not begin while a backup is made', async () => {
    const lock = lockKeys(directory);
    await expect(rotate()).rejects.toMatchObject({ code: 'locked' });
    lock.close();
    await rotate();
  });
});

describe('the key of a version', () => {
  it('that sealed something is never made anew, and another one is noticed', async () => {
    const file = join(directory, 'keys.json');
    await rotate();
    await store[Symbol.asyncDispose]();
    const { 'vault:2': key, ...others } = JSON.parse(await readFile(file, 'utf8'));
    for (const keys of [others, { ...others, vault: key }, { ...others, 'vault:2': others.people }]) {
      await writeFile(file, JSON.stringify(keys));
      await expect(open()).rejects.toMatchObject({ code: 'unreadable' });
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(keys);
    }
    await writeFile(file, JSON.stringify({ ...others, 'vault:2': key }));
    store = await open();
    await expectReadable(store);
  });
});

it('every column of sealed texts is named: a blob is one of them, or a hash, or sealed with another key', () => {
  const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 0 });
  const blobs = database
    .prepare<{ name: string }>(
      `select t.name || '.' || c.name as name from sqlite_schema t, pragma_table_info(t.name) c
       where t.type = 'table' and c.type = 'BLOB' collate nocase order by 1`,
    )
    .all();
  database.close();
  const others = [
    'approvals.arguments',
    'grants.previous_hash',
    'grants.token_hash',
    'passkeys.public_key',
    'policy_versions.sha256',
  ];
  const known = [...others, ...SEALED_COLUMNS.map(({ column, table }) => `${table}.${column}`)].sort();
  expect(blobs.map(({ name }) => name)).toEqual(known);
});
