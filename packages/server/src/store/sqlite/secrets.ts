import { randomBytes } from 'node:crypto';
import { type Secrets, StoreError } from '../contract.ts';
import { keepPrivate, type Warn } from './files.ts';
import { FIRST_VERSION, keyName, missingVersion, versionsIn } from './key-names.ts';
import { broken, type KeysFile } from './keys-file.ts';

const KEY_BYTES = 32;

export type Purpose = Parameters<Secrets['key']>[0];

/** What who makes keys must know. */
export type MakingKeys = {
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
 * Made whole and at once on first use by who may make them; a file that is there but broken is never overwritten.
 */
export function openSecrets(file: KeysFile, making?: MakingKeys): Secrets {
  if (making !== undefined) {
    refuseNewKeys(file, making);
    if (!file.isThere()) file.make(newKeys([...ALL_PURPOSES, keyName(FIRST_VERSION)]));
    keepPrivate(file.path, making.warn);
    completeKeys(file);
  }
  const keys = file.isThere() ? readKeys(file) : new Map<Purpose, Buffer>();
  return {
    key(purpose) {
      const key = keys.get(purpose);
      if (key === undefined)
        throw new StoreError(
          'unreadable',
          `${file.path} does not exist yet: start the gateway once to make it`,
        );
      return key;
    },
  };
}

/** A new key in the place of one that is in use would end sessions and make the whole log look forged. */
function refuseNewKeys(file: KeysFile, { inUse, sealedWith }: MakingKeys): void {
  const content = file.isThere() ? file.read() : {};
  const purpose = ALL_PURPOSES.find((one) => inUse.has(one) && !Object.hasOwn(content, one));
  const missing = purpose ?? missingVersion(content, { inUse, sealedWith });
  if (missing !== undefined)
    throw broken(file.path, `no key for ${missing}, with which the database was written`);
}

/** A purpose that came with a newer version gets its key; what is there stays as it is. */
function completeKeys(file: KeysFile): void {
  const content = file.read();
  const missing: string[] = ALL_PURPOSES.filter((purpose) => !Object.hasOwn(content, purpose));
  for (const purpose of ALL_PURPOSES) if (!missing.includes(purpose)) keyIn(content, purpose, file.path);
  if (versionsIn(content).length === 0) missing.push(keyName(FIRST_VERSION));
  if (missing.length > 0) file.write({ ...content, ...newKeys(missing) });
}

export function newKeys(purposes: readonly string[]): Record<string, string> {
  return Object.fromEntries(purposes.map((purpose) => [purpose, randomBytes(KEY_BYTES).toString('base64')]));
}

function readKeys(file: KeysFile): Map<Purpose, Buffer> {
  const content = file.read();
  return new Map(ALL_PURPOSES.map((purpose) => [purpose, keyIn(content, purpose, file.path)]));
}

export function keyIn(content: Record<string, unknown>, purpose: string, file: string): Buffer {
  const text = content[purpose];
  const key = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) throw broken(file, `no key of ${KEY_BYTES} bytes for ${purpose}`);
  return key;
}
