import { writeFile } from 'node:fs/promises';
import { fileFault, readText } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';

/** UTF-8 text of a file; invalid UTF-8 is refused. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  const read = await readText(path);
  return 'text' in read ? { ok: true, value: read.text } : { ok: false, message: read.problem };
}

export async function writeTextFile(path: string, text: string): Promise<Parsed<string>> {
  try {
    await writeFile(path, text);
    return { ok: true, value: path };
  } catch (error) {
    return { ok: false, message: writeFailure(path, error) };
  }
}

/** Why a file could not be written. */
export function writeFailure(path: string, error: unknown): string {
  return `${path}: cannot be written: ${fileFault(error)}`;
}

/** A file that cannot be read while it streams, with the same words. */
export class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
}

export function readFailure(path: string, error: unknown): ReadFailure {
  return new ReadFailure(`${path === '-' ? 'standard input' : path}: cannot be read: ${fileFault(error)}`);
}
