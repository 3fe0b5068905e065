import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError } from '../contract.ts';
import { makeFolder } from '../folder.ts';
import { toStoreError } from './errors.ts';

export const DATABASE_FILE = 'boomgate.db';
/** Stands in a data directory while a restore exchanges its files. */
export const RESTORING_FILE = 'restore-unfinished';
/** Stands in a data directory since what it keeps is in a database; holds the moment. */
export const MOVED_FILE = 'moved-to-database';
/** Stands in a data directory while a database may have what it keeps, and nobody knows. */
export const MOVING_FILE = 'move-unfinished';

/** Where a restore unpacks a backup, in the data directory. */
export const STAGE_PREFIX = 'restore-';
const STAGE = new RegExp(`^${STAGE_PREFIX}[0-9a-f]{12}$`);

/** Only the owner may read and write. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_DIRECTORY_MODE = 0o700;

export type Warn = (text: string) => void;

/** Throws `unavailable` where the data directory is a file; of a path that leads nowhere, or that this user may not see, others tell. */
export function refuseFile(directory: string): void {
  const text = `expected a directory for the data, found the file ${directory}: choose another with --data`;
  if (isFile(directory)) throw new StoreError('unavailable', text);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Makes the data directory when it is absent. Rejects with `unavailable` when that is not possible. */
export function prepareDirectory(directory: string): void {
  refuseFile(directory);
  try {
    makeFolder(directory, PRIVATE_DIRECTORY_MODE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `the data directory ${directory} cannot be made (${reason}): choose another with --data, or correct its permissions`;
    throw new StoreError('unavailable', text, { cause: error });
  }
}

/** Names of what restores unpack, or had unpacked when they were killed. */
export function stagesIn(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => STAGE.test(name));
}

/** Only for who has the directory: nothing of it is in use, and it may hold keys in the clear. */
export function dropStages(directory: string): void {
  for (const name of stagesIn(directory)) rmSync(join(directory, name), { recursive: true, force: true });
}

/** Whether there is such a file. Throws `unavailable` where this user may not know. */
export function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** Throws `unavailable` where a file of a store is not there, which a gateway makes. */
export function requireMade(file: string): void {
  if (isThere(file)) return;
  throw new StoreError('unavailable', `${file} does not exist yet: start the gateway once to make it`);
}

/**
 * Makes an empty file that only the owner may read, before anything writes into it; leaves what is there. Throws `unavailable` when
 * that is not possible.
 */
export function prepareFile(file: string, warn: Warn): void {
  try {
    const handle = openSync(
      file,
      constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY,
      PRIVATE_FILE_MODE,
    );
    giveToOwner(handle, dirname(file));
    closeSync(handle);
  } catch (error) {
    if (!existsSync(file)) throw toStoreError(error, file);
    keepPrivate(file, warn);
  }
}

/**
 * What root makes in a folder of somebody else belongs to them, who run the gateway there and could not open it. By its handle alone: they
 * can put a link in the place of its name.
 */
export function giveToOwner(handle: number, directory: string): void {
  if (!isRoot()) return;
  const { gid, uid } = statSync(directory);
  const made = fstatSync(handle);
  // Another name of a file, or what a folder in between was exchanged for, was not made here.
  if (made.uid !== 0 || (made.nlink > 1 && !made.isDirectory())) return;
  try {
    fchownSync(handle, uid, gid);
  } catch {
    // On a file system where root is nobody.
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** The same of what has been written; not of what a link leads to. */
export function giveFileToOwner(file: string, directory: string): void {
  if (!isRoot()) return;
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    giveToOwner(handle, directory);
  } finally {
    closeSync(handle);
  }
}

/** Takes away what others may do with the file, and says so. */
export function keepPrivate(file: string, warn: Warn): void {
  if (process.platform === 'win32') return;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  try {
    chmodSync(file, PRIVATE_FILE_MODE);
  } catch (error) {
    throw toStoreError(error, file);
  }
  warn(
    `${file} could be read by others (mode ${mode.toString(8)}); it is now ${PRIVATE_FILE_MODE.toString(8)}`,
  );
}

/** Files of two stores must not be taken for one, nor a store that was left for the one in use. Throws `unavailable`. */
export function refuseUnusable(directory: string): void {
  refuseFile(directory);
  const moved = join(directory, MOVED_FILE);
  if (existsSync(moved)) {
    const text = `the content of ${directory} was moved into a database at ${readFileSync(moved, 'utf8').trim()}: name it with --database. To go back to the content as it was then, remove ${moved}`;
    throw new StoreError('unavailable', text);
  }
  const moving = join(directory, MOVING_FILE);
  if (existsSync(moving)) {
    const text = `"boomgate migrate --from" was interrupted while moving ${directory} into a database: run it again, with the same database, to continue. If that database is gone, remove ${moving}`;
    throw new StoreError('unavailable', text);
  }
  if (!existsSync(join(directory, RESTORING_FILE))) return;
  const text = `a restore into ${directory} was interrupted: run it again with --force, which keeps what is there`;
  throw new StoreError('unavailable', text);
}
