import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileFault } from '../file-faults.ts';
import { FILE_BYTES } from './bounds.ts';

/** A client's file as it stands on the disk. */
export type ClientFile = {
  /** Where it really is: a client's path may be a link into a folder of settings. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
  readonly owner: { readonly user: number; readonly group: number };
};

export type FileResult =
  | { readonly kind: 'found'; readonly file: ClientFile }
  | { readonly kind: 'missing' }
  | { readonly kind: 'faulty'; readonly problem: string };

/** Nobody but the owner: what is written here may hold what the file held. */
const PRIVATE = 0o600;
const PERMISSIONS = 0o7777;

/** What a file keeps when others take its place. */
export function likenessOf({
  gid,
  mode,
  uid,
}: Pick<Stats, 'gid' | 'mode' | 'uid'>): Pick<ClientFile, 'mode' | 'owner'> {
  return { mode: mode & PERMISSIONS, owner: { user: uid, group: gid } };
}

/** Reads a client's file, following links, up to the bound and one byte. */
export async function readClientFile(path: string): Promise<FileResult> {
  try {
    const real = await realpath(path);
    const handle = await open(real, 'r');
    try {
      const { gid, isFile, mode, size, uid } = await statOf(handle);
      if (!isFile) return { kind: 'faulty', problem: `${path}: expected a file, found something else` };
      if (size > FILE_BYTES)
        return {
          kind: 'faulty',
          problem: `${path}: expected a file of at most ${FILE_BYTES} bytes, found ${size}`,
        };
      const bytes = await handle.readFile();
      return {
        kind: 'found',
        file: { path: real, bytes, ...likenessOf({ gid, mode, uid }) },
      };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'faulty', problem: `${path}: cannot be read: ${fileFault(error)}` };
  }
}

async function statOf(handle: Awaited<ReturnType<typeof open>>) {
  const stats = await handle.stat();
  return { gid: stats.gid, uid: stats.uid, mode: stats.mode, size: stats.size, isFile: stats.isFile() };
}

type WriteResult = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/**
 * Puts other bytes in the place of a file: a new file beside it, flushed, with the old one's mode and owner, renamed over
 * it. Refused when the file is no longer as it was read; nothing is half written.
 */
export async function replaceClientFile(file: ClientFile, bytes: Uint8Array): Promise<WriteResult> {
  const temporary = join(dirname(file.path), `.${basename(file.path)}.${randomUUID()}.tmp`);
  try {
    await writePrivate(temporary, bytes);
    await likeOriginal(temporary, file);
    const now = await readClientFile(file.path);
    if (now.kind !== 'found' || !now.file.bytes.equals(file.bytes)) {
      await rm(temporary, { force: true });
      const problem = `${file.path}: another program changed it meanwhile, so nothing was written; run the command again`;
      return { ok: false, problem };
    }
    await rename(temporary, file.path);
    return { ok: true };
  } catch (error) {
    await rm(temporary, { force: true });
    return {
      ok: false,
      problem: `${file.path}: cannot be written: ${fileFault(error)}`,
    };
  }
}

/** Keeps the bytes beside the file, for its owner only, under a name that is not taken. */
export async function backUp(
  file: ClientFile,
  stamp: string,
): Promise<WriteResult & { readonly path: string }> {
  const path = `${file.path}.boomgate-backup-${stamp}`;
  try {
    await writePrivate(path, file.bytes);
    await own(path, file);
    return { ok: true, path };
  } catch (error) {
    return {
      ok: false,
      path,
      problem: `${path}: cannot be written: ${fileFault(error)}`,
    };
  }
}

/** Writes a new file that only its owner can read; one of that name must not be there. */
export async function writePrivate(path: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx', mode: PRIVATE, flush: true });
}

/** Gives a file the owner and the mode of the one in whose place it comes. */
export async function likeOriginal(path: string, file: Pick<ClientFile, 'mode' | 'owner'>): Promise<void> {
  await own(path, file);
  await chmod(path, file.mode);
}

/** Only the superuser makes files for others; for everybody else it is theirs already. */
async function own(path: string, { owner }: Pick<ClientFile, 'owner'>): Promise<void> {
  const made = await stat(path);
  if (made.uid !== owner.user || made.gid !== owner.group)
    await chown(path, owner.user, owner.group).catch(() => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
