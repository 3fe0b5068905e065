import { type Actor, type AuditAct, FIRST_ORGANIZATION, StoreError } from '../contract.ts';
import type { KeyContent } from './content.ts';
import { keyName, VERSION_MAX, versionsIn } from './key-names.ts';

export type KeyVersion = {
  readonly version: number;
  /** The one that seals. */
  readonly isCurrent: boolean;
  /** Secrets that it has sealed. */
  readonly texts: number;
};

export type RotationReport = {
  readonly version: number;
  /** Texts that were sealed anew. */
  readonly resealed: number;
  /** Versions that are gone now, as nothing needs them. */
  readonly removed: readonly number[];
  /** An earlier rotation was interrupted: this one ended it, and made no new key. */
  readonly resumed: boolean;
};

/** The versions of keys that are kept, oldest first. */
export function describeVersions(
  versions: readonly number[],
  texts: ReadonlyMap<number, number>,
): readonly KeyVersion[] {
  const current = versions.at(-1);
  return versions.map((version) => ({
    version,
    isCurrent: version === current,
    texts: texts.get(version) ?? 0,
  }));
}

/** The version that a rotation makes; undefined where an earlier one was interrupted. Throws `conflict` when there can be no more. */
export function versionToMake(content: KeyContent): number | undefined {
  const versions = versionsIn(content);
  if (versions.length > 1) return undefined;
  const version = (versions[0] ?? 0) + 1;
  if (version <= VERSION_MAX) return version;
  throw new StoreError('conflict', `expected fewer than ${VERSION_MAX} rotations in the life of a store`);
}

/** What is left of keys without the versions that neither seal nor have sealed anything that is there, and which those are. */
export function withoutUnneeded(
  content: KeyContent,
  texts: ReadonlyMap<number, number>,
): { readonly kept: KeyContent; readonly gone: readonly string[]; readonly removed: readonly number[] } {
  const removed = versionsIn(content)
    .slice(0, -1)
    .filter((version) => !texts.has(version));
  const gone = removed.map(keyName);
  const kept = Object.fromEntries(Object.entries(content).filter(([name]) => !gone.includes(name)));
  return { kept, gone, removed };
}

/** The act that the audit log has of a rotation. */
export function rotationAct(
  by: Actor,
  { removed, resealed, version }: Omit<RotationReport, 'resumed'>,
): AuditAct {
  return {
    organization: FIRST_ORGANIZATION,
    actor: by,
    action: 'keys.rotated',
    target: { kind: 'keys', id: 'vault', name: 'vault' },
    after: { version, resealed, removed: [...removed] },
  };
}
