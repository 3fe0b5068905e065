import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admit, admitMany, decisionRow, TestClock, units, windowDemand } from '../../conformance/index.ts';
import { GATEWAY, type Store } from '../../contract.ts';
import { acceptanceCode } from '../../sql/index.ts';
import { openDatabase } from '../driver.ts';
import { giveFileToOwner } from '../files.ts';
import { openSqliteStore } from '../open.ts';
import { rotateKeys } from '../rotate-keys.ts';
import { ByteReader } from './byte-reader.ts';
import { type RestoreOptions, restoreBackup, writeBackup } from './index.ts';
import { headerOf, readHeader, TAR_END } from './tar.ts';

const PASSPHRASE = 'correct horse battery';
const DEMAND = windowDemand({ max: units(5) });

let folder: string;
let data: string;
let target: string;
let file: string;
let clock: TestClock;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-backup-'));
  data = join(folder, 'data');
  target = join(folder, 'restored');
  file = join(folder, 'file.backup');
  clock = new TestClock();
  store = await openSqliteStore({ directory: data, clock });
  await store.grants.create(
    {
      id: 'g',
      organization: 'default',
      name: 'laptop',
      server: 's',
      labels: {},
      mode: 'enforce',
      origin: 'minted',
    },
    createHash('sha256').update('token').digest('hex'),
  );
  await admitMany(store, 3, DEMAND);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const backup = (passphrase?: string) =>
  writeBackup({
    directory: data,
    file,
    clock,
    version: '1.2.3',
    ...(passphrase === undefined ? {} : { passphrase }),
  });
const restore = (change: Partial<RestoreOptions> = {}) =>
  restoreBackup({
    file,
    directory: target,
    clock,
    by: GATEWAY,
    force: false,
    keepCounters: false,
    acceptFindings: false,
    ...change,
  });
const namesIn = async (directory: string) => (await readdir(directory)).sort();
const openRestored = () => openSqliteStore({ directory: target, clock });

describe('a backup', () => {
  it.each([undefined, PASSPHRASE])(
    'made beside a gateway becomes a store that is as it was, passphrase %s',
    async (passphrase) => {
      const head = (await store.decisions.verify()).head;
      const report = await backup(passphrase);
      expect(report).toMatchObject({ file, madeAtMs: clock.wallMs(), encrypted: passphrase !== undefined });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(file)).size).toBe(report.bytes);
      await store.journal.record(decisionRow());
      const restored = await restore(passphrase === undefined ? {} : { passphrase });
      expect(restored).toMatchObject({ restored: true, version: '1.2.3', grants: { active: 1 } });
      expect(await namesIn(target)).toEqual(['boomgate.db', 'boomgate.lock', 'keys.json']);
      await using again = await openRestored();
      expect(again.grants.findByTokenHash(createHash('sha256').update('token').digest('hex'))?.name).toBe(
        'laptop',
      );
      expect(again.secrets.key('log-seal')).toEqual(store.secrets.key('log-seal'));
      expect(await again.decisions.query({ limit: 10 })).toHaveLength(3);
      expect((await again.decisions.verify(head)).findings).toEqual([]);
      expect((await again.audit.query({ limit: 1 }))[0]).toMatchObject({
        action: 'store.restored',
        after: { madeAtMs: report.madeAtMs, version: '1.2.3' },
      });
    },
  );

  it('can be opened with tar, and is unreadable when it is encrypted', async () => {
    await backup();
    const listed = execFileSync('tar', ['-tf', file], { encoding: 'utf8' });
    expect(listed).toBe('backup.json\nkeys.json\nboomgate.db\n');
    await rm(file);
    await backup(PASSPHRASE);
    const bytes = await readFile(file, 'latin1');
    for (const plain of ['SQLite format', 'log-seal', 'laptop', 'backup.json'])
      expect(bytes).not.toContain(plain);
  });

  it('removes what one of the same name had packed that was killed, and no other file', async () => {
    const draft = `${file}.0123456789ab.part`;
    const others = [`${file}.part`, `${file}.0123456789ab.parts`, `${file}.0123456789ac.part`];
    const longAgo = new Date(clock.wallMs() - 3_700_000);
    for (const path of [draft, ...others]) {
      await writeFile(path, '');
      await utimes(path, longAgo, path === others[2] ? new Date(clock.wallMs()) : longAgo);
    }
    await backup();
    const left = (await namesIn(folder)).filter((name) => name.includes('part'));
    expect(left).toEqual(others.map((path) => basename(path)).sort());
  });

  it('holds no token, in whatever form it is written (L-01)', async () => {
    const canary = `bg_${randomBytes(24).toString('hex')}`;
    const hash = createHash('sha256').update(canary).digest('hex');
    await store.grants.create(
      {
        id: 'c',
        organization: 'default',
        name: 'c',
        server: 's',
        labels: {},
        mode: 'enforce',
        origin: 'minted',
      },
      hash,
    );
    await backup();
    for (const path of [file, ...(await namesIn(data)).map((name) => join(data, name))]) {
      const bytes = await readFile(path, 'latin1');
      for (const form of [
        canary,
        Buffer.from(canary).toString('base64'),
        Buffer.from(canary).toString('hex'),
      ])
        expect(bytes, path).not.toContain(form);
    }
  });

  it.each([
    ['a file that is there', async () => writeFile(file, 'mine'), {}, 'conflict'],
    ['a short passphrase', async () => undefined, { passphrase: 'x'.repeat(11) }, 'unavailable'],
    ['a long passphrase', async () => undefined, { passphrase: 'x'.repeat(1_025) }, 'unavailable'],
    ['a folder without a store', async () => undefined, { directory: '/nonexistent' }, 'unavailable'],
    ['a place that cannot be written', async () => undefined, { file: '/dev/null/x' }, 'unavailable'],
  ])('is refused for %s, and leaves nothing', async (_what, prepare, change, code) => {
    await prepare();
    const before = await namesIn(folder);
    const options = { directory: data, file, clock, version: '1', ...change };
    await expect(writeBackup(options)).rejects.toMatchObject({ code });
    expect(await namesIn(folder)).toEqual(before);
    expect((await namesIn(data)).filter((name) => name.startsWith('backup-'))).toEqual([]);
  });

  it('says which folder is not there, and makes none', async () => {
    const missing = join(folder, 'not', 'there');
    const options = { directory: data, file: join(missing, 'x'), clock, version: '1' };
    const message = `${missing} does not exist: make that folder first`;
    await expect(writeBackup(options)).rejects.toMatchObject({ code: 'unavailable', message });
  });
});

describe('a restore', () => {
  /** Windows that reach back to before the restore: nobody knows what was taken after the backup. */
  it('counts limits as used up until their window has passed, or takes them as they were', async () => {
    await backup();
    await restore();
    const restored = await openRestored();
    const refused = await admit(restored, DEMAND);
    expect(refused.result).toMatchObject({ ok: false, retryAfterMs: DEMAND.windowMs + 1 });
    expect((await admit(restored, windowDemand({ key: 'never used before' }))).result.ok).toBe(false);
    clock.pass(DEMAND.windowMs + 1);
    expect(await admitMany(restored, 9, DEMAND)).toHaveLength(5);
    await restored[Symbol.asyncDispose]();
    clock.pass(-DEMAND.windowMs - 1);
    await restore({ force: true, keepCounters: true });
    await using kept = await openRestored();
    expect(await admitMany(kept, 9, DEMAND)).toHaveLength(2);
  });

  it('is refused for a folder that a gateway uses, also with force', async () => {
    await backup();
    await expect(restore({ directory: data })).rejects.toMatchObject({ code: 'conflict' });
    await expect(restore({ directory: data, force: true })).rejects.toMatchObject({ code: 'locked' });
    await store.ping();
  });

  it('keeps with force the store that was there', async () => {
    await backup();
    await store.journal.record(decisionRow({ target: 'after the backup' }));
    await store[Symbol.asyncDispose]();
    await writeFile(join(data, 'other'), 'stays');
    await expect(restore({ directory: data })).rejects.toMatchObject({ code: 'conflict' });
    await writeFile(join(data, 'moved-to-database'), 'then');
    const { saved = '', wasMoved } = await restore({ directory: data, force: true });
    expect([wasMoved, await readFile(join(saved, 'moved-to-database'), 'utf8')]).toEqual([true, 'then']);
    expect(await namesIn(data)).not.toContain('moved-to-database');
    await rm(join(saved, 'moved-to-database'));
    expect(await readFile(join(data, 'other'), 'utf8')).toBe('stays');
    const count = async (directory: string): Promise<number> => {
      await using one = await openSqliteStore({ directory, clock });
      return (await one.decisions.query({ limit: 10 })).length;
    };
    expect([await count(data), await count(saved)]).toEqual([3, 4]);
  });

  it.runIf(process.getuid?.() === 0)(
    'by root belongs to whom the folder belongs, as do keys that it changes',
    async () => {
      await backup();
      await mkdir(target);
      await chown(target, 1_000, 1_000);
      await restore();
      await restore({ force: true });
      await rotateKeys({ directory: target, clock, by: GATEWAY });
      const names = await readdir(target, { recursive: true });
      const owners = names.map(async (name) => [name, (await stat(join(target, name))).uid]);
      expect(names).toContain('keys.lock');
      expect(await Promise.all(owners)).toEqual(names.map((name) => [name, 1_000]));
      // Where a folder was exchanged for a link meanwhile, the name leads to what others made.
      const others = join(target, 'others');
      await writeFile(others, '');
      await chown(others, 1_001, 1_001);
      giveFileToOwner(others, target);
      expect((await stat(others)).uid).toBe(1_001);
    },
  );

  it('that was interrupted is noticed, and can be run again', async () => {
    await backup();
    await restore();
    await writeFile(join(target, 'restore-unfinished'), '');
    await rm(join(target, 'keys.json'));
    await expect(openRestored()).rejects.toMatchObject({ message: expect.stringContaining('interrupted') });
    await restore({ force: true });
    await using again = await openRestored();
    expect((await again.decisions.verify()).findings).toEqual([]);
  });

  it('that was killed while it unpacked is run again as before, and leaves nothing of what was unpacked', async () => {
    await backup();
    const stage = join(target, 'restore-0123456789ab');
    await mkdir(stage, { recursive: true });
    await writeFile(join(stage, 'keys.json'), '{}');
    await restore();
    expect((await namesIn(target)).filter((name) => name.includes('restore'))).toEqual([]);
    await using again = await openRestored();
    expect((await again.decisions.verify()).findings).toEqual([]);
  });

  it('that was killed while it unpacked leaves nothing of that to a gateway that starts', async () => {
    await backup();
    await restore();
    const stage = join(target, 'restore-0123456789ab');
    await mkdir(stage);
    await writeFile(join(stage, 'keys.json'), '{}');
    await using _ = await openRestored();
    expect((await namesIn(target)).filter((name) => name.includes('restore'))).toEqual([]);
  });

  const flip = async (at: number): Promise<void> => {
    const bytes = await readFile(file);
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };
  it.each([
    ['its first byte changed', () => flip(0), undefined],
    ['a byte of its manifest changed', () => flip(600), undefined],
    ['a byte of a database page changed', () => flip(40_000), undefined],
    ['its end cut off', async () => truncate(file, (await stat(file)).size - 2_000), undefined],
    ['a byte behind its end', async () => writeFile(file, 'x', { flag: 'a' }), undefined],
    ['nothing in it', () => truncate(file, 0), undefined],
    ['a byte of its salt changed', () => flip(30), PASSPHRASE],
    ['a byte of a sealed piece changed', () => flip(70_000), PASSPHRASE],
    ['its last byte changed', () => flip(-1), PASSPHRASE],
    ['its last piece cut off', () => truncate(file, 44 + 65_552), PASSPHRASE],
  ])('is refused and changes nothing when the backup has %s', async (_what, damage, passphrase) => {
    await backup(passphrase);
    await damage();
    const options = passphrase === undefined ? {} : { passphrase };
    await expect(restore(options)).rejects.toMatchObject({ code: 'unreadable' });
    expect(await namesIn(target)).toEqual(['boomgate.lock']);
  });

  it.each([
    ['nothing', () => ''],
    ['a line', () => '{"version": "1"}\n'],
    ['a long text', () => 'x'.repeat(10_000)],
    ['another archive', () => Buffer.concat([headerOf({ name: 'notes.txt', bytes: 0 }, 0), TAR_END])],
  ])('says of a file that was never a backup that it is none: %s', async (_what, content) => {
    await writeFile(file, content());
    const message = expect.stringMatching(/is not a backup that "boomgate backup" made/);
    await expect(restore()).rejects.toMatchObject({ code: 'unreadable', message });
  });

  it('is refused without the passphrase, and with another', async () => {
    await backup(PASSPHRASE);
    await expect(restore()).rejects.toMatchObject({ message: expect.stringContaining('--passphrase-file') });
    await expect(restore({ passphrase: `${PASSPHRASE} ` })).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('is made by the version that wrote the folder, before a newer one changes it', async () => {
    const database = openDatabase(join(data, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
    database.exec('delete from kysely_migration where name = (select max(name) from kysely_migration)');
    database.close();
    const message = expect.stringContaining('make the backup with that version');
    await expect(backup()).rejects.toMatchObject({ code: 'older_schema', message });
  });

  it('names the keys of the backup where the master key does not fit them, and no folder that is gone by then', async () => {
    await backup();
    const masterKey = Buffer.alloc(32, 7).toString('base64');
    const message = expect.stringMatching(/^expected the backup's keys\.json to be sealed/);
    await expect(restore({ masterKey })).rejects.toMatchObject({ code: 'unreadable', message });
  });

  it('does not put a log in force that is not as it was written, unless told so', async () => {
    const database = openDatabase(join(data, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
    database.exec("update decisions set entry = json_set(entry, '$.target', 'forged') where cursor = 2");
    database.close();
    await backup();
    const refused = await restore();
    expect(refused).toMatchObject({ restored: false, decisions: { findings: [{ kind: 'changed' }] } });
    expect(await namesIn(target)).toEqual(['boomgate.lock']);
    expect(await restore({ acceptFindings: true })).toMatchObject({ restored: true });
    const code = acceptanceCode({ decisions: refused.decisions, audit: refused.audit }) ?? '';
    await store.audit.accept(code, { by: GATEWAY, reason: 'looked into' });
    file = join(folder, 'later.backup');
    target = join(folder, 'restored later');
    await backup();
    expect(await restore()).toMatchObject({ restored: true, decisions: { findings: [{ kind: 'changed' }] } });
  });

  it('is refused when a newer version wrote the backup', async () => {
    await madeBy("insert into kysely_migration values ('9999_future', '2030-01-01')");
    await expect(restore()).rejects.toMatchObject({ code: 'newer_schema' });
    expect(await namesIn(target)).toEqual(['boomgate.lock']);
  });

  it('is brought up to date when an earlier version wrote the backup', async () => {
    // Without the newest step of the schema.
    await madeBy(`delete from kysely_migration where name = '0030_told_ends';
      drop table told_ends; drop index grants_expires`);
    expect(await restore()).toMatchObject({ restored: true, grants: { active: 1 } });
  });

  /** Makes the backup as another version would have. */
  async function madeBy(statements: string): Promise<void> {
    await store[Symbol.asyncDispose]();
    await backup();
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    execFileSync('tar', ['-xf', file, '-C', unpacked]);
    const database = openDatabase(join(unpacked, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 0 });
    database.exec(statements);
    database.close();
    const bytes = await readFile(join(unpacked, 'boomgate.db'));
    const manifest = JSON.parse(await readFile(join(unpacked, 'backup.json'), 'utf8'));
    manifest.files[1].bytes = bytes.length;
    manifest.files[1].sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(unpacked, 'backup.json'), JSON.stringify(manifest));
    await rm(file);
    const members = ['backup.json', 'keys.json', 'boomgate.db'];
    execFileSync('tar', ['--format=ustar', '-cf', file, '-b', '1', '-C', unpacked, ...members]);
  }
});

describe('the header of a member', () => {
  it.each([0, 8 ** 11 - 1, 8 ** 11, 2 ** 45])('says a size of %d', async (bytes) => {
    const member = { name: 'boomgate.db', bytes };
    const pieces = (async function* () {
      yield headerOf(member, 0);
    })();
    expect(await readHeader(new ByteReader(pieces))).toEqual(member);
  });
});
