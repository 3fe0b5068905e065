import type { KeyRing } from '../vault.ts';
import { type KeptKeys, keyIn } from './content.ts';
import { keyName, versionsIn } from './key-names.ts';

/** The vault's keys as they are kept now. */
export type StoredKeyRing = KeyRing & {
  /** Oldest first. */
  readonly versions: () => readonly number[];
};

/**
 * Reads the keys anew when it seals, and when a version is not known yet: another process may have added one, and taken the
 * older ones away. Secrets are sealed when people change something, so that this costs nobody anything.
 */
export function openKeyRing(kept: KeptKeys): StoredKeyRing {
  let keys = read();

  function read(): ReadonlyMap<number, Buffer> {
    const content = kept.read();
    return new Map(
      versionsIn(content).map((version) => [version, keyIn(content, keyName(version), kept)] as const),
    );
  }

  return {
    get current() {
      keys = read();
      const newest = [...keys.keys()].at(-1);
      if (newest === undefined) throw kept.absent();
      return newest;
    },
    key(version) {
      if (!keys.has(version)) keys = read();
      return keys.get(version);
    },
    versions: () => [...keys.keys()],
  };
}
