import { StoreError, type Vault } from '../contract.ts';
import type { KeyRing } from '../vault.ts';
import type { Database } from './driver.ts';
import { keyName, versionsIn } from './key-names.ts';
import type { KeysFile } from './keys-file.ts';
import { keyIn } from './secrets.ts';

/** The vault's master keys as the file of keys holds them now. */
export type StoredKeyRing = KeyRing & {
  /** Oldest first. */
  readonly versions: () => readonly number[];
};

/**
 * Reads the file anew when it seals, and when a version is not known yet: another process may have added one, and taken the
 * older ones away. Secrets are sealed when people change something, so that this costs nobody anything.
 */
export function openKeyRing(file: KeysFile): StoredKeyRing {
  let keys = read();

  function read(): ReadonlyMap<number, Buffer> {
    const content = file.isThere() ? file.read() : {};
    return new Map(
      versionsIn(content).map((version) => [version, keyIn(content, keyName(version), file.path)] as const),
    );
  }

  return {
    get current() {
      keys = read();
      const newest = [...keys.keys()].at(-1);
      if (newest === undefined)
        throw new StoreError(
          'unreadable',
          `${file.path} does not exist yet: start the gateway once to make it`,
        );
      return newest;
    },
    key(version) {
      if (!keys.has(version)) keys = read();
      return keys.get(version);
    },
    versions: () => [...keys.keys()],
  };
}

/**
 * Seals within a write transaction alone. Whoever changes the keys looks within one for texts that an older key has sealed, so
 * that none can be written behind its back.
 */
export function sealingInTurn(vault: Vault, database: Database): Vault {
  return {
    seal(place, text) {
      if (!database.inTransaction) throw new TypeError('expected an open transaction to seal in, found none');
      return vault.seal(place, text);
    },
    open: (place, sealed) => vault.open(place, sealed),
  };
}
