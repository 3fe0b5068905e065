import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileFault, likenessOf, likeOriginal, readText } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';

/** UTF-8 text of a file; invalid UTF-8 is refused. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  const read = await readText(path);
  return 'text' in read ? { ok: true, value: read.text } : { ok: false, message: read.problem };
}

/** Of what stands there nothing is lost before the new text is on the disk. */
export async function writeTextFile(path: string, text: string): Promise<Parsed<string>> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined || there.isFile()) await exchange(path, text, there);
    else await writeFile(path, text);
    return { ok: true, value: path };
  } catch (error) {
    return { ok: false, message: writeFailure(path, error) };
  }
}

/** Where no other file may be put in the place of this one, such as one that a container was given alone. */
const HELD: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EBUSY']);

async function exchange(path: string, text: string, there: Stats | undefined): Promise<void> {
  const real = there === undefined ? path : await realpath(path);
  const draft = join(dirname(real), `.${basename(real)}.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, text, { flag: 'wx', flush: true });
    if (there !== undefined) await likeOriginal(draft, likenessOf(there));
    await rename(draft, real);
  } catch (error) {
    await rm(draft, { force: true });
    if (!HELD.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeFile(path, text);
  }
}

/** Why a file could not be written. One that is not there is made, if its folder is. */
export function writeFailure(path: string, error: unknown): string {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return `${path}: cannot be written: ${isMissing ? 'there is no such folder' : fileFault(error)}`;
}

/** A file that cannot be read while it streams, with the same words. */
export class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
}

export function readFailure(path: string, error: unknown): ReadFailure {
  return new ReadFailure(`${path === '-' ? 'standard input' : path}: cannot be read: ${fileFault(error)}`);
}
