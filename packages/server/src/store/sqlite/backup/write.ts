import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Clock } from '../../../limits/index.ts';
import { StoreError } from '../../contract.ts';
import { type Database, openDatabase } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import { DATABASE_FILE, PRIVATE_FILE_MODE, prepareFile, refuseUnusable } from '../files.ts';
import { openKeys } from '../key-checks.ts';
import { KEYS_FILE, type KeysFile, keysFileIn } from '../keys-file.ts';
import { lockKeys } from '../lock.ts';
import { requireSchema } from '../migrate.ts';
import { checkPassphrase, encrypted } from './cipher.ts';
import { MANIFEST_FILE, type Manifest, newDigest } from './manifest.ts';
import { headerOf, paddingOf, TAR_END } from './tar.ts';

const BUSY_MS = 5_000;
/** The copy of the database while it is being packed; what an interrupted backup left is removed by the next after an hour. */
const COPY_PREFIX = 'backup-copy-';
/** The same of what was packed into a file of the same name: it holds the keys. */
const DRAFT = /^\.[0-9a-f]{12}\.part$/;
const LEFT_BEHIND_MS = 3_600_000;

export type WriteBackupOptions = {
  readonly directory: string;
  /** Must not exist. */
  readonly file: string;
  /** 12 to 1,024 characters; without one the file holds the keys in the clear, and its mode is 0600. */
  readonly passphrase?: string;
  /** Of this program. */
  readonly version: string;
  readonly clock: Clock;
  /** Where the keys are sealed. */
  readonly masterKey?: string | undefined;
};

export type BackupReport = {
  readonly file: string;
  readonly bytes: number;
  readonly encrypted: boolean;
  /** Whether the keys in it are sealed with a master key that is not in it. */
  readonly keysSealed: boolean;
  readonly madeAtMs: number;
  /** Bytes of the database, without the pages that it does not use. */
  readonly databaseBytes: number;
};

/**
 * Writes a data directory, as it is at one moment, into one file. Other processes go on reading and writing meanwhile; this one
 * waits, and needs room for a copy of the database in the data directory. Rejects with `StoreError`; then there is no file.
 */
export async function writeBackup(options: WriteBackupOptions): Promise<BackupReport> {
  const directory = resolve(options.directory);
  const file = resolve(options.file);
  const copy = join(directory, `${COPY_PREFIX}${randomBytes(6).toString('hex')}`);
  if (options.passphrase !== undefined) checkPassphrase(options.passphrase);
  if (existsSync(file)) throw new StoreError('conflict', `${file} already exists: choose another name`);
  if (!existsSync(dirname(file)))
    throw new StoreError('unavailable', `${dirname(file)} does not exist: make that folder first`);
  // Keys and database are copied one after the other: meanwhile the keys stay as they are.
  const lock = existsSync(directory) ? lockKeys(directory) : undefined;
  try {
    const leftMs = options.clock.wallMs() - LEFT_BEHIND_MS;
    await removeLeftBehind(directory, leftMs, (name) => name.startsWith(COPY_PREFIX));
    // Where nobody may list the folder, it is left.
    await removeLeftBehind(dirname(file), leftMs, (name) => isDraftOf(basename(file), name)).catch(
      () => undefined,
    );
    const keysFile = keysFileIn(directory, options.masterKey);
    copyDatabase(directory, copy, keysFile);
    const members = [
      { name: KEYS_FILE, path: join(directory, KEYS_FILE) },
      { name: DATABASE_FILE, path: copy },
    ];
    const { passphrase, version } = options;
    const manifest = await manifestOf(members, { version, madeAtMs: options.clock.wallMs() });
    const plain = archiveOf(manifest, members);
    const bytes = await writeWhole(file, passphrase === undefined ? plain : encrypted(plain, passphrase));
    const databaseBytes = statSync(copy).size;
    const { madeAtMs } = manifest;
    const keysSealed = keysFile.isSealed();
    return { file, bytes, databaseBytes, madeAtMs, encrypted: passphrase !== undefined, keysSealed };
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    await rm(copy, { force: true });
    lock?.close();
  }
}

/** Who makes a backup before an update must not be led to update first. */
const BY_THAT_VERSION = 'make the backup with that version; or stop the gateway, and copy the whole folder';

/** One read transaction: a moment of the database, whatever is written meanwhile. */
function copyDatabase(directory: string, copy: string, keysFile: KeysFile): void {
  const file = join(directory, DATABASE_FILE);
  refuseUnusable(directory);
  if (!existsSync(file))
    throw new StoreError('unavailable', `${file} does not exist: there is nothing to back up`);
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
    requireSchema(database, file, BY_THAT_VERSION);
    openKeys(database, keysFile, { directory, may: 'look' });
    prepareFile(copy, () => undefined);
    database.prepare('vacuum into ?').run(copy);
  } catch (error) {
    // Of the data folder, whose disk the copy is on, and not of the file that is to be written.
    throw toStoreError(error, file);
  } finally {
    database?.close();
  }
}

type Member = { readonly name: string; readonly path: string };

async function manifestOf(
  members: readonly Member[],
  facts: Pick<Manifest, 'madeAtMs' | 'version'>,
): Promise<Manifest> {
  const files = [];
  for (const { name, path } of members) {
    const digest = newDigest();
    for await (const piece of createReadStream(path)) digest.update(piece);
    files.push({ name, bytes: statSync(path).size, sha256: digest.digest('hex') });
  }
  return { format: 1, ...facts, files };
}

async function* archiveOf(manifest: Manifest, members: readonly Member[]): AsyncGenerator<Buffer> {
  const first = Buffer.from(`${JSON.stringify(manifest)}\n`);
  const described = { name: MANIFEST_FILE, bytes: first.length };
  yield Buffer.concat([headerOf(described, manifest.madeAtMs), first, paddingOf(described)]);
  for (const [at, { name, path }] of members.entries()) {
    const member = { name, bytes: manifest.files[at]?.bytes ?? 0 };
    yield headerOf(member, manifest.madeAtMs);
    yield* createReadStream(path);
    yield paddingOf(member);
  }
  yield TAR_END;
}

/** The file appears under its name when all of it is on the disk, and not otherwise. */
async function writeWhole(file: string, pieces: AsyncIterable<Buffer>): Promise<number> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`;
  const handle = await open(draft, 'wx', PRIVATE_FILE_MODE);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      // Not `write`, which on a full disk writes a part and says so by a number alone.
      await handle.writeFile(piece);
      bytes += piece.length;
    }
    await handle.sync();
    // A link, unlike a rename, does not replace what came there in the meantime.
    await link(draft, file);
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
  return bytes;
}

function isDraftOf(file: string, name: string): boolean {
  return name.startsWith(file) && DRAFT.test(name.slice(file.length));
}

async function removeLeftBehind(
  directory: string,
  beforeMs: number,
  isOurs: (name: string) => boolean,
): Promise<void> {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).filter(isOurs)) {
    const path = join(directory, name);
    if (statSync(path).mtimeMs < beforeMs) await rm(path, { force: true });
  }
}
