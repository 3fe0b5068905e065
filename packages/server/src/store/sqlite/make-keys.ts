import { ALL_PURPOSES, keyIn, keysMissingIn, missingVersion } from '../keys/index.ts';
import { keepPrivate, type Warn } from './files.ts';
import type { KeysFile } from './keys-file.ts';

/** What who makes keys must know. */
type MakingKeys = {
  readonly warn: Warn;
  /** Purposes whose keys the database was written with: those are never made anew. */
  readonly inUse: ReadonlySet<string>;
  /** Versions of the master key that secrets in the database were sealed with: likewise. */
  readonly sealedWith: ReadonlySet<number>;
};

/**
 * Keys live in a file of their own beside the database, so that a copy of the database does not carry them.
 * Made whole and at once on first use; a file that is there but broken is never overwritten.
 */
export function makeKeys(file: KeysFile, making: MakingKeys): void {
  refuseNewKeys(file, making);
  if (!file.isThere()) file.make(keysMissingIn({}));
  keepPrivate(file.path, making.warn);
  completeKeys(file);
}

/** A new key in the place of one that is in use would end sessions and make the whole log look forged. */
function refuseNewKeys(file: KeysFile, { inUse, sealedWith }: MakingKeys): void {
  const content = file.read();
  const purpose = ALL_PURPOSES.find((one) => inUse.has(one) && !Object.hasOwn(content, one));
  const missing = purpose ?? missingVersion(content, { inUse, sealedWith });
  if (missing !== undefined) throw file.broken(`no key for ${missing}, with which the database was written`);
}

/** A purpose that came with a newer version gets its key; what is there stays as it is. */
function completeKeys(file: KeysFile): void {
  const content = file.read();
  for (const purpose of ALL_PURPOSES) if (Object.hasOwn(content, purpose)) keyIn(content, purpose, file);
  const missing = keysMissingIn(content);
  if (Object.keys(missing).length > 0) file.write({ ...content, ...missing });
}
