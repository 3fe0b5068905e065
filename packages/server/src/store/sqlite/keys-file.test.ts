import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../conformance/index.ts';
import { storedServer } from '../conformance/servers.ts';
import { GATEWAY } from '../contract.ts';
import { restoreBackup, writeBackup } from './backup/index.ts';
import { lockKeys } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { rotateKeys } from './rotate-keys.ts';
import { type SealKeysOptions, sealKeys } from './seal-keys.ts';

const clock = new TestClock();
const KEY = randomBytes(32).toString('base64');
const OTHER = randomBytes(32).toString('base64');
const SECRETS = { headers: { 'x-key': 'a secret' }, env: {}, query: [] };

let directory: string;
let file: string;
const open = (masterKey?: string) => openSqliteStore({ directory, clock, masterKey });
const seal = (more: Partial<SealKeysOptions>) =>
  sealKeys({ directory, clock, by: GATEWAY, unseal: false, ...more });
const inFile = async (): Promise<readonly string[]> => Object.keys(JSON.parse(await readFile(file, 'utf8')));

async function expectReadable(masterKey?: string): Promise<void> {
  await using store = await open(masterKey);
  for (const server of await store.servers.list())
    expect(await store.servers.secretsOf(server)).toEqual(SECRETS);
  expect((await store.audit.verify()).findings).toEqual([]);
}

async function fill(masterKey?: string): Promise<void> {
  await using store = await open(masterKey);
  await storedServer(store, { slug: 'one', secrets: SECRETS });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-keys-'));
  file = join(directory, 'keys.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a file of keys with a master key', () => {
  it('is made sealed, opens with that key alone, and is never overwritten', async () => {
    await fill(KEY);
    expect(await inFile()).toEqual(['sealed']);
    const before = await readFile(file, 'utf8');
    await expect(open()).rejects.toThrow('is sealed: set BOOMGATE_MASTER_KEY');
    await expect(open(OTHER)).rejects.toThrow('BOOMGATE_MASTER_KEY is not the key');
    expect(await readFile(file, 'utf8')).toBe(before);
    await expectReadable(KEY);
  });

  it('notices each byte that was changed', async () => {
    await fill(KEY);
    const { sealed } = JSON.parse(await readFile(file, 'utf8')) as { sealed: string };
    const bytes = Buffer.from(sealed, 'base64');
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(file, JSON.stringify({ sealed: changed.toString('base64') }));
      await expect(open(KEY)).rejects.toMatchObject({ code: 'unreadable' });
    }
  });

  it.each([
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['a passphrase', 'correct horse battery staple'],
    ['a space after it', `${KEY} `],
  ])('refuses %s, and does not repeat it', async (_name, text) => {
    const error = await open(text).catch((one: Error) => one);
    expect(error).toMatchObject({ code: 'unreadable' });
    expect(String(error)).toContain('expected BOOMGATE_MASTER_KEY to be 32 bytes in base64');
    expect(String(error)).not.toContain(text);
  });

  it('is sealed later, with another key, and not at all, and all of it stays readable', async () => {
    await fill();
    await expect(open(KEY)).rejects.toThrow('found keys in the clear');
    await expect(seal({})).rejects.toThrow('expected a key in BOOMGATE_MASTER_KEY');
    expect(await seal({ masterKey: KEY })).toEqual({ isSealed: true });
    expect(await inFile()).toEqual(['sealed']);
    await expectReadable(KEY);
    await expect(seal({ masterKey: KEY })).rejects.toThrow('expected a key in BOOMGATE_NEW_MASTER_KEY');
    await expect(seal({ masterKey: OTHER, newMasterKey: KEY })).rejects.toThrow('is not the key');
    await seal({ masterKey: KEY, newMasterKey: OTHER });
    await expect(open(KEY)).rejects.toThrow('is not the key');
    await expectReadable(OTHER);
    await seal({ masterKey: OTHER, unseal: true });
    await expect(seal({ unseal: true })).rejects.toThrow('expected');
    await expectReadable();
    await using store = await open();
    const acts = await store.audit.query({ limit: 9, action: 'keys.sealed' });
    expect(acts.map(({ after }) => after)).toEqual([
      { isSealed: true },
      { isSealed: true },
      { isSealed: false },
    ]);
  });

  it.each([
    ['is sealed', async () => void (await seal({ masterKey: KEY }))],
    ['gets new keys', async () => void (await rotateKeys({ directory, clock, by: GATEWAY }))],
    ['is opened by a gateway', async () => (await open())[Symbol.asyncDispose]()],
  ])('leaves no draft of a process that was killed when it %s', async (_what, act) => {
    await fill();
    const draft = join(directory, 'keys.json.0123456789ab.new');
    await writeFile(draft, await readFile(file));
    await act();
    expect((await readdir(directory)).filter((name) => name.startsWith('keys.json'))).toEqual(['keys.json']);
  });

  it('is opened, with a draft that was left, while a backup is made', async () => {
    await fill();
    await writeFile(join(directory, 'keys.json.0123456789ab.new'), '{}');
    const lock = lockKeys(directory);
    await expectReadable();
    lock.close();
  });

  it('is not sealed under a gateway that runs', async () => {
    await using _gateway = await open();
    await expect(seal({ masterKey: KEY })).rejects.toMatchObject({ code: 'locked' });
  });

  it('stays sealed by a rotation, and in a backup, which opens with the key', async () => {
    await fill(KEY);
    expect(await rotateKeys({ directory, clock, by: GATEWAY, masterKey: KEY })).toMatchObject({ version: 2 });
    await expectReadable(KEY);
    const backup = join(directory, 'made.backup');
    const where = { directory, file: backup, version: '0', clock, masterKey: KEY };
    expect(await writeBackup(where)).toMatchObject({ keysSealed: true });
    const options = { file: backup, clock, by: GATEWAY, force: false, keepCounters: true };
    const target = join(directory, 'restored');
    const restore = (masterKey: string | undefined) =>
      restoreBackup({ ...options, directory: target, acceptFindings: false, masterKey });
    await expect(restore(undefined)).rejects.toThrow('is sealed');
    expect(await restore(KEY)).toMatchObject({ restored: true });
  });
});
