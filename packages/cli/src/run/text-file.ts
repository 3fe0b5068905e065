import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileFault, likenessOf, likeOriginal, MAX_FILE_BYTES, readText } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';
import type { World } from '../world.ts';

const STANDARD_INPUT = 'standard input';

/** How a file that may be `-` is called. */
export const inputName = (file: string): string => (file === '-' ? STANDARD_INPUT : file);

/** UTF-8 text of a file; invalid UTF-8 is refused. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  const read = await readText(path);
  return 'text' in read ? { ok: true, value: read.text } : { ok: false, message: read.problem };
}

/** UTF-8 text of a file, or of standard input for `-`. */
export async function readInput(file: string, { stdin }: Pick<World, 'stdin'>): Promise<Parsed<string>> {
  if (file !== '-') return await readTextFile(file);
  const pieces: Buffer[] = [];
  let held = 0;
  try {
    for await (const piece of stdin) {
      pieces.push(Buffer.from(piece));
      held += piece.length;
      if (held > MAX_FILE_BYTES)
        return {
          ok: false,
          message: `${STANDARD_INPUT}: expected at most ${MAX_FILE_BYTES} bytes, found more`,
        };
    }
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)) };
  } catch (error) {
    return { ok: false, message: readFailure(file, error).message };
  }
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

/** For what a person names with `--out`: a file that is there may be the policy in force, and stays as it is. */
export async function writeNewTextFile(path: string, text: string): Promise<Parsed<string>> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isFile() === true)
    return { ok: false, message: `${path}: cannot be written: it already exists; choose another name` };
  return await writeTextFile(path, text);
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
  return new ReadFailure(`${inputName(path)}: cannot be read: ${fileFault(error)}`);
}
