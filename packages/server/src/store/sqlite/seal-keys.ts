import { resolve } from 'node:path';
import { type Actor, FIRST_ORGANIZATION, MASTER_KEY, NEW_MASTER_KEY, StoreError } from '../contract.ts';
import { transact } from './driver.ts';
import { dropDrafts, type KeysFile, keysFileIn } from './keys-file.ts';
import { lockDirectory, lockKeys } from './lock.ts';
import { existingOf, type KeysOptions, withKeys } from './rotate-keys.ts';
import { runNow } from './run.ts';

export type SealKeysOptions = KeysOptions & {
  /** What the file is sealed with from now on; where it is in the clear, `masterKey` does as well. */
  readonly newMasterKey?: string | undefined;
  /** Puts the keys into the file in the clear again. */
  readonly unseal: boolean;
  readonly by: Actor;
};

/**
 * Seals the file of keys with a master key that is kept elsewhere, exchanges that key, or takes it away. What the keys have
 * sealed stays as it is. Rejects with `StoreError`: `locked` while a gateway runs, which has the key that it was started with,
 * or a backup is made; `conflict` when there is nothing to do or no key to do it with; `unreadable` for a wrong key.
 */
export async function sealKeys(options: SealKeysOptions): Promise<{ readonly isSealed: boolean }> {
  const directory = existingOf(resolve(options.directory));
  const locks = [lockDirectory(directory, () => undefined)];
  try {
    locks.push(lockKeys(directory));
    dropDrafts(directory);
    const now = keysFileIn(directory, undefined);
    const masterKey = now.isSealed() ? options.masterKey : undefined;
    const next = keysFileIn(directory, nextKey(options, now));
    return await withKeys(
      { clock: options.clock, directory, masterKey, readOnly: false },
      ({ audit, database, file }) =>
        transact(database, () => {
          const act = {
            organization: FIRST_ORGANIZATION,
            actor: options.by,
            action: 'keys.sealed',
            target: { kind: 'keys', id: 'file', name: 'file of keys' },
            after: { isSealed: !options.unseal },
          };
          runNow(database, audit.note(act));
          next.write(file.read());
          return { isSealed: next.isSealed() };
        }),
    );
  } finally {
    for (const lock of locks) lock.close();
  }
}

function nextKey({ masterKey, newMasterKey, unseal }: SealKeysOptions, now: KeysFile): string | undefined {
  const isSealed = now.isSealed();
  if (unseal) {
    if (isSealed) return undefined;
    throw new StoreError('conflict', `expected ${now.path} to be sealed, found keys in the clear`);
  }
  const key = isSealed ? newMasterKey : (newMasterKey ?? masterKey);
  if (key !== undefined) return key;
  const found = isSealed ? `${now.path} is already sealed` : `${now.path} is in the clear`;
  const variable = isSealed ? NEW_MASTER_KEY : MASTER_KEY;
  throw new StoreError('conflict', `expected a key in ${variable} to seal with; ${found}`);
}
