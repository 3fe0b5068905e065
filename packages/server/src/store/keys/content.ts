import { randomBytes } from 'node:crypto';
import type { Secrets, StoreError } from '../contract.ts';
import { FIRST_VERSION, keyName, versionsIn } from './key-names.ts';

const KEY_BYTES = 32;

export type Purpose = Parameters<Secrets['key']>[0];

const PURPOSES: Readonly<Record<Purpose, true>> = {
  'session-seal': true,
  'argument-hash': true,
  'log-seal': true,
  'approval-seal': true,
  people: true,
};

// A cast: the table's keys are exactly the purposes.
export const ALL_PURPOSES = Object.keys(PURPOSES) as readonly Purpose[];

/** Keys by name: of each purpose, and of each version of the vault's. In base64, where they are as they should be. */
export type KeyContent = Readonly<Record<string, unknown>>;

/** Where keys are kept. */
export type KeptKeys = {
  /** What is there now; nothing before they are made. */
  readonly read: () => KeyContent;
  /** What it means that they are not as they should be, and how to go on. */
  readonly broken: (found: string) => StoreError;
  readonly absent: () => StoreError;
};

/** The keys of purposes, read once. Throws `unreadable` when one is not as it should be. */
export function openSecrets(kept: KeptKeys): Secrets {
  const content = kept.read();
  const isMade = Object.keys(content).length > 0;
  const keys = new Map(isMade ? ALL_PURPOSES.map((one) => [one, keyIn(content, one, kept)] as const) : []);
  return {
    key(purpose) {
      const key = keys.get(purpose);
      if (key === undefined) throw kept.absent();
      return key;
    },
  };
}

/** New keys for what a store needs and does not have: all of it, or what came with a newer version. */
export function keysMissingIn(content: KeyContent): Readonly<Record<string, string>> {
  const missing: string[] = ALL_PURPOSES.filter((purpose) => !Object.hasOwn(content, purpose));
  if (versionsIn(content).length === 0) missing.push(keyName(FIRST_VERSION));
  return newKeys(missing);
}

export function newKeys(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, randomBytes(KEY_BYTES).toString('base64')]));
}

/** Throws `unreadable` when there is no such key, or it is not as it should be. */
export function keyIn(content: KeyContent, name: string, { broken }: Pick<KeptKeys, 'broken'>): Buffer {
  const text = content[name];
  const key = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) throw broken(`no key of ${KEY_BYTES} bytes for ${name}`);
  return key;
}
