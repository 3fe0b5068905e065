import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../version.ts';
import type { ReadRecord } from './read-record.ts';
import { readRecord, readText } from './read-record.ts';

/** The entries that come with the program, as JSON lines. */
type Bundle = { readonly text: string; readonly digest: string };

/** Under which the digest of the bundle that a file holds is kept. */
export const BUNDLE_KEY = 'bundle';

/** The digest also changes with the program, whose classes may have changed. */
export function readBundle(): Bundle {
  const text = readFileSync(fileURLToPath(import.meta.resolve('@boomgate/catalogue/entries')), 'utf8');
  return { text, digest: createHash('sha256').update(VERSION).update(text).digest('hex') };
}

export function recordsOf({ text }: Bundle): readonly ReadRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const read = readText(line);
      return read.ok ? readRecord(read.value) : { kind: 'refused', why: read.fault.message };
    });
}
