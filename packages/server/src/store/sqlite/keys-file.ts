import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MASTER_KEY, StoreError } from '../contract.ts';
import { type KeptKeys, type KeyContent, openMasterKey } from '../keys/index.ts';
import type { Seal } from '../seal.ts';
import { DATABASE_FILE, giveToOwner, PRIVATE_FILE_MODE } from './files.ts';

export const KEYS_FILE = 'keys.json';
const DRAFT = /^keys\.json\.[0-9a-f]{12}\.new$/;

/**
 * The file in which a store's keys are, in the clear or sealed with a master key that is kept elsewhere. To read a sealed one throws
 * `unreadable` also when the master key is not the one that sealed it.
 */
export type KeysFile = KeptKeys & {
  readonly path: string;
  readonly isThere: () => boolean;
  readonly isSealed: () => boolean;
  /** Exchanges it at once. */
  readonly write: (content: KeyContent) => void;
  /** Makes it; what another process made in the meantime stays. */
  readonly make: (content: KeyContent) => void;
};

/** `masterKey` is 32 bytes in base64: with it the file must be sealed, without it it must not be. Throws `unreadable`. */
export function keysFileIn(directory: string, masterKey: string | undefined): KeysFile {
  const path = join(directory, KEYS_FILE);
  const seal = masterKey === undefined ? undefined : openMasterKey(masterKey);
  const textOf = (content: KeyContent): string =>
    `${JSON.stringify(seal === undefined ? content : { sealed: seal.close(JSON.stringify(content)) })}\n`;
  return {
    path,
    isThere: () => existsSync(path),
    isSealed: () => existsSync(path) && sealedIn(parseObject(readFileSync(path, 'utf8'), path)) !== undefined,
    broken: (found) => broken(path, found),
    absent: () =>
      existsSync(path)
        ? new StoreError('unreadable', `${path} lacks a key: start the gateway once to make it`)
        : broken(path, 'no file'),
    read: () => {
      if (!existsSync(path)) return {};
      const content = parseObject(textIn(path), path);
      const sealed = sealedIn(content);
      if (sealed !== undefined) return parseObject(unseal(seal, sealed, path), path);
      if (seal !== undefined) throw notSealed(path);
      return content;
    },
    write: (content) => renameSync(writeDraft(path, textOf(content)), path),
    make: (content) => {
      const draft = writeDraft(path, textOf(content));
      try {
        // A link, unlike a rename, does not replace the keys that another process made in the meantime.
        linkSync(draft, path);
      } catch (error) {
        if (!existsSync(path)) throw error;
      } finally {
        unlinkSync(draft);
      }
    },
  };
}

/**
 * What is wrong with a directory that has keys, and no database or an empty one. Keys are made last, so that no store that is only begun
 * looks like this: a new database beside them would hide that one is lost.
 */
export function keysAlone(directory: string): string | undefined {
  // In this order, as another process may just make both.
  if (!existsSync(join(directory, KEYS_FILE))) return undefined;
  const database = join(directory, DATABASE_FILE);
  const found = statSync(database, { throwIfNoEntry: false });
  if (found !== undefined && found.size > 0) return undefined;
  const what = found === undefined ? 'is missing' : 'is empty';
  return `${database} ${what}, but its keys are there (${KEYS_FILE}): was it moved, or is a disk not mounted? Put it back, or restore a backup with "boomgate restore FILE --force"; to start afresh, choose another directory with --data`;
}

/** Throws `unreadable` where keys are there without their database. */
export function refuseKeysAlone(directory: string): void {
  const text = keysAlone(directory);
  if (text !== undefined) throw new StoreError('unreadable', text);
}

function broken(file: string, found: string): StoreError {
  const what = existsSync(file)
    ? `is not a file of keys (${found})`
    : 'is missing, with which the database was written';
  const text = `${file} ${what}: restore it from a backup. Without it the log cannot be verified and sessions end; to start afresh, choose another directory with --data`;
  return new StoreError('unreadable', text);
}

function notSealed(path: string): StoreError {
  const text = `expected ${path} to be sealed, as ${MASTER_KEY} is set; found keys in the clear: seal them with "boomgate keys seal", or unset the variable`;
  return new StoreError('unreadable', text);
}

function unseal(seal: Seal | undefined, sealed: string, path: string): string {
  if (seal === undefined) {
    const text = `${path} is sealed: set ${MASTER_KEY} to the key that sealed it`;
    throw new StoreError('unreadable', text);
  }
  const opened = seal.open(sealed);
  if (opened !== undefined) return opened;
  const text = `${MASTER_KEY} is not the key that sealed ${path}, or the file was changed; nothing else was`;
  throw new StoreError('unreadable', text);
}

function sealedIn(content: KeyContent): string | undefined {
  const { sealed } = content;
  return typeof sealed === 'string' ? sealed : undefined;
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // a cast: what the file system throws
    if (code !== 'EACCES' && code !== 'EPERM') throw broken(path, 'not readable as JSON');
    const text = `${path} belongs to another user: run this as the user of the gateway, or give the file to that one by chown`;
    throw new StoreError('unreadable', text, { cause: error });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The reason may quote the content, which is secret.
    throw broken(path, 'not readable as JSON');
  }
  if (typeof value !== 'object' || value === null) throw broken(path, 'not a JSON object');
  return { ...value };
}

/** Drafts of processes that were killed: they may hold in the clear what is sealed since, or keys that were taken away. */
export function draftsIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => DRAFT.test(name))
    .map((name) => join(directory, name));
}

/** Only while nobody else writes keys. */
export function dropDrafts(directory: string): void {
  for (const draft of draftsIn(directory)) rmSync(draft, { force: true });
}

/** A file beside the one it will become, whole and on the disk. */
function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(draft, 'wx', PRIVATE_FILE_MODE);
  try {
    // Not `writeSync`, which on a full disk writes a part and says so by a number alone.
    writeFileSync(handle, text);
    giveToOwner(handle, dirname(path));
    fsyncSync(handle);
    return draft;
  } catch (error) {
    unlinkSync(draft);
    throw error;
  } finally {
    closeSync(handle);
  }
}
