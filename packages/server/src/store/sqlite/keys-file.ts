import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { MASTER_KEY, StoreError } from '../contract.ts';
import { PRIVATE_FILE_MODE } from './files.ts';

export const KEYS_FILE = 'keys.json';

const MASTER_KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
/** Whatever else is sealed with the same key is not taken for a file of keys. */
const PLACE = Buffer.from('boomgate keys 1');

/** The file in which a store's keys are, in the clear or sealed with a master key that is kept elsewhere. */
export type KeysFile = {
  readonly path: string;
  readonly isThere: () => boolean;
  readonly isSealed: () => boolean;
  /** Its keys by name; throws `unreadable`, and for a sealed one also when the master key is not the one that sealed it. */
  readonly read: () => Record<string, unknown>;
  /** Exchanges it at once. */
  readonly write: (content: Readonly<Record<string, unknown>>) => void;
  /** Makes it; what another process made in the meantime stays. */
  readonly make: (content: Readonly<Record<string, unknown>>) => void;
};

/** `masterKey` is 32 bytes in base64: with it the file must be sealed, without it it must not be. Throws `unreadable`. */
export function keysFileIn(directory: string, masterKey: string | undefined): KeysFile {
  const path = join(directory, KEYS_FILE);
  const key = masterKey === undefined ? undefined : readMasterKey(masterKey);
  const textOf = (content: Readonly<Record<string, unknown>>): string =>
    `${JSON.stringify(key === undefined ? content : { sealed: seal(key, JSON.stringify(content)) })}\n`;
  return {
    path,
    isThere: () => existsSync(path),
    isSealed: () => existsSync(path) && sealedIn(parseObject(readFileSync(path, 'utf8'), path)) !== undefined,
    read: () => {
      const content = parseObject(textIn(path), path);
      const sealed = sealedIn(content);
      if (sealed !== undefined) return parseObject(unseal(key, sealed, path), path);
      if (key !== undefined) throw notSealed(path);
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

/** What a broken file of keys means, and how to go on. */
export function broken(file: string, found: string): StoreError {
  const text = `${file} is not a file of keys (${found}): restore it from a backup. Without it the log cannot be verified and sessions end; to start afresh, choose another directory with --data`;
  return new StoreError('unreadable', text);
}

function readMasterKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  // Base64 that Node corrects silently would be another key elsewhere.
  if (key.length === MASTER_KEY_BYTES && key.toString('base64') === text) return key;
  const expected = `expected ${MASTER_KEY} to be ${MASTER_KEY_BYTES} bytes in base64`;
  const found = `found ${text.length} characters that are not; "openssl rand -base64 ${MASTER_KEY_BYTES}" makes one`;
  throw new StoreError('unreadable', `${expected}, ${found}`);
}

function notSealed(path: string): StoreError {
  const text = `expected ${path} to be sealed, as ${MASTER_KEY} is set; found keys in the clear: seal them with "boomgate keys seal", or unset the variable`;
  return new StoreError('unreadable', text);
}

function seal(key: Buffer, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(PLACE);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function unseal(key: Buffer | undefined, sealed: string, path: string): string {
  if (key === undefined) {
    const text = `${path} is sealed: set ${MASTER_KEY} to the key that sealed it`;
    throw new StoreError('unreadable', text);
  }
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(PLACE);
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return `${decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8')}${decipher.final('utf8')}`;
  } catch (cause) {
    const text = `${MASTER_KEY} is not the key that sealed ${path}, or the file was changed; nothing else was`;
    throw new StoreError('unreadable', text, { cause });
  }
}

function sealedIn(content: Readonly<Record<string, unknown>>): string | undefined {
  const { sealed } = content;
  return typeof sealed === 'string' ? sealed : undefined;
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw broken(path, 'not readable as JSON');
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

/** A file beside the one it will become, whole and on the disk. */
function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(draft, 'wx', PRIVATE_FILE_MODE);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}
