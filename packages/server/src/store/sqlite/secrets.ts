import { randomBytes } from 'node:crypto';
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
import { type Secrets, StoreError } from '../contract.ts';
import { keepPrivate, PRIVATE_FILE_MODE, type Warn } from './files.ts';
import { FIRST_VERSION, keyName, missingVersion, versionsIn } from './key-names.ts';

export const KEYS_FILE = 'keys.json';
const KEY_BYTES = 32;

export type Purpose = Parameters<Secrets['key']>[0];

export type SecretsOptions = {
  readonly readOnly: boolean;
  readonly warn: Warn;
  /** Purposes whose keys the database was written with: those are never made anew. */
  readonly inUse: ReadonlySet<string>;
  /** Versions of the master key that secrets in the database were sealed with: likewise. */
  readonly sealedWith: ReadonlySet<number>;
};

const PURPOSES: Readonly<Record<Purpose, true>> = {
  'session-seal': true,
  'argument-hash': true,
  'log-seal': true,
  'approval-seal': true,
  people: true,
};

// A cast: the table's keys are exactly the purposes.
export const ALL_PURPOSES = Object.keys(PURPOSES) as readonly Purpose[];

/**
 * Keys live in a file of their own beside the database, so that a copy of the database does not carry them.
 * Made whole and at once on first use; a file that is there but broken is never overwritten.
 */
export function openSecrets(directory: string, options: SecretsOptions): Secrets {
  const file = join(directory, KEYS_FILE);
  if (!options.readOnly) {
    refuseNewKeys(file, options);
    if (!existsSync(file)) makeKeys(file);
    keepPrivate(file, options.warn);
    completeKeys(file);
  }
  const keys = existsSync(file) ? readKeys(file) : new Map<Purpose, Buffer>();
  return {
    key(purpose) {
      const key = keys.get(purpose);
      if (key === undefined)
        throw new StoreError('unreadable', `${file} does not exist yet: start the gateway once to make it`);
      return key;
    },
  };
}

/** A new key in the place of one that is in use would end sessions and make the whole log look forged. */
function refuseNewKeys(file: string, { inUse, sealedWith }: SecretsOptions): void {
  const content = existsSync(file) ? parseObject(file) : {};
  const purpose = ALL_PURPOSES.find((one) => inUse.has(one) && !Object.hasOwn(content, one));
  const missing = purpose ?? missingVersion(content, { inUse, sealedWith });
  if (missing !== undefined) throw broken(file, `no key for ${missing}, with which the database was written`);
}

function makeKeys(file: string): void {
  const draft = writeDraft(file, newKeys([...ALL_PURPOSES, keyName(FIRST_VERSION)]));
  try {
    // A link, unlike a rename, does not replace the keys that another process made in the meantime.
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** A purpose that came with a newer version gets its key; what is there stays as it is. */
function completeKeys(file: string): void {
  const content = parseObject(file);
  const missing: string[] = ALL_PURPOSES.filter((purpose) => !Object.hasOwn(content, purpose));
  for (const purpose of ALL_PURPOSES) if (!missing.includes(purpose)) keyIn(content, purpose, file);
  if (versionsIn(content).length === 0) missing.push(keyName(FIRST_VERSION));
  if (missing.length > 0) writeKeys(file, { ...content, ...newKeys(missing) });
}

/** Exchanges the file at once. */
export function writeKeys(file: string, content: Record<string, unknown>): void {
  renameSync(writeDraft(file, content), file);
}

export function newKeys(purposes: readonly string[]): Record<string, string> {
  return Object.fromEntries(purposes.map((purpose) => [purpose, randomBytes(KEY_BYTES).toString('base64')]));
}

/** A file beside the one it will become, whole and on the disk. */
function writeDraft(file: string, content: Record<string, unknown>): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(draft, 'wx', PRIVATE_FILE_MODE);
  try {
    writeSync(handle, `${JSON.stringify(content)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}

function readKeys(file: string): Map<Purpose, Buffer> {
  const content = parseObject(file);
  return new Map(ALL_PURPOSES.map((purpose) => [purpose, keyIn(content, purpose, file)]));
}

export function keyIn(content: Record<string, unknown>, purpose: string, file: string): Buffer {
  const text = content[purpose];
  const key = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) throw broken(file, `no key of ${KEY_BYTES} bytes for ${purpose}`);
  return key;
}

/** What the file holds; throws `unreadable`. */
export function parseObject(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // The reason may quote the content, which is secret.
    throw broken(file, 'not readable as JSON');
  }
  if (typeof value !== 'object' || value === null) throw broken(file, 'not a JSON object');
  return { ...value };
}

function broken(file: string, found: string): StoreError {
  const text = `${file} is not a file of keys (${found}): restore it from a backup. Without it the log cannot be verified and sessions end; to start afresh, choose another directory with --data`;
  return new StoreError('unreadable', text);
}
