import { writeFile } from 'node:fs/promises';
import { MAX_FILE_BYTES, readBytes } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'it exists already; choose another name',
};

/** UTF-8 text of a file; invalid UTF-8 is refused. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  try {
    const bytes = await readBytes(path);
    if (bytes === undefined)
      return {
        ok: false,
        message: `cannot read ${path}: expected at most ${MAX_FILE_BYTES} bytes, found more`,
      };
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    return { ok: false, message: `cannot read ${path}: ${reasonOf(error)}` };
  }
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
  return `cannot write ${path}: ${reasonOf(error).replace('read by', 'written by')}`;
}

/** A file that cannot be read while it streams, with the same words. */
export class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
}

export function readFailure(path: string, error: unknown): ReadFailure {
  return new ReadFailure(`cannot read ${path === '-' ? 'standard input' : path}: ${reasonOf(error)}`);
}

function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'expected UTF-8 text, found other bytes';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
