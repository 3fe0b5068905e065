import { createHash, type Hash } from 'node:crypto';
import { StoreError } from '../../contract.ts';
import { DATABASE_FILE } from '../files.ts';
import { KEYS_FILE } from '../keys-file.ts';

/** The first member of a backup: what is in it, so that every byte is accounted for. */
export type Manifest = {
  readonly format: 1;
  readonly madeAtMs: number;
  /** The version of boomgate that made it. */
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
};

export const MANIFEST_FILE = 'backup.json';
/** Far more than the names and digests of two files need. */
export const MAX_MANIFEST_BYTES = 65_536;

/** What a data directory consists of; the rest is made anew. In the order of the archive. */
const BACKED_UP: readonly string[] = [KEYS_FILE, DATABASE_FILE];

/** Throws `unreadable` unless it is a manifest of this format with exactly the files of a data directory. */
export function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged('its manifest is not JSON', cause);
  }
  // Every member that is used is looked at below, or held against bytes and digests.
  const manifest = value as Partial<Manifest> | null;
  if (manifest?.format !== 1)
    throw damaged(`expected a backup of format 1, found ${JSON.stringify(manifest?.format)}`);
  const names = Array.isArray(manifest.files) ? manifest.files.map(({ name }) => name) : [];
  if (JSON.stringify(names) !== JSON.stringify(BACKED_UP) || typeof manifest.madeAtMs !== 'number')
    throw damaged(`expected the files ${BACKED_UP.join(' and ')}, found ${JSON.stringify(names)}`);
  return manifest as Manifest; // a cast: its members were looked at
}

export function damaged(found: string, cause?: unknown): StoreError {
  const text = `the backup cannot be used: ${found}; nothing was changed`;
  return new StoreError('unreadable', text, cause === undefined ? {} : { cause });
}

export const newDigest = (): Hash => createHash('sha256');
