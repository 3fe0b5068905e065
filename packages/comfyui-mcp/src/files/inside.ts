import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ToolError } from '../error.ts';

/**
 * The real path of something that exists, if it lies in one of the folders after all links are followed; a `ToolError`
 * otherwise, with nothing read. A relative path is looked for in each folder.
 */
async function realPathInside(folders: readonly string[], path: string): Promise<string> {
  let found = false;
  for (const folder of folders) {
    const root = await tryRealPath(folder);
    if (root === undefined) continue;
    const target = await tryRealPath(resolve(root, path));
    found ||= target !== undefined;
    if (target !== undefined && contains(root, target)) return target;
  }
  if (found)
    throw new ToolError(
      'PERMISSION_DENIED',
      `expected a file inside the allowed folders, but ${path} leads out of them`,
      {
        suggestions: [`allowed: ${folders.join(', ')}`],
      },
    );
  throw new ToolError('FILE_NOT_FOUND', `expected a file, but ${path} does not exist`, {
    suggestions: [`look in ${folders.join(', ')}`],
  });
}

/**
 * The bytes of a file that `realPathInside` finds; nothing for a folder, a pipe or a device, which would never end. A `ToolError` for
 * one that is too large or cannot be read.
 */
export async function readImageInside(
  folders: readonly string[],
  path: string,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const real = await realPathInside(folders, path);
  let file: FileHandle | undefined;
  try {
    // The path is real: a link that stands there now was put there since.
    file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const about = await file.stat();
    if (!about.isFile()) return undefined;
    if (about.size > maxBytes)
      throw new ToolError(
        'VALIDATION_ERROR',
        `expected an image of at most ${maxBytes} bytes, found ${about.size}`,
      );
    return await file.readFile();
  } catch (error) {
    throw diskError(error, `to read ${path}`);
  } finally {
    await file?.close();
  }
}

/** Whether `target` is in the folder `root`, both real paths. */
function contains(root: string, target: string): boolean {
  const way = relative(root, target);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function tryRealPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // Not there, not allowed, or no path at all: nothing that can be read either way.
    return undefined;
  }
}

/** What the disk says, as an agent can use it. */
export function diskError(error: unknown, what: string): ToolError {
  if (error instanceof ToolError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const known = code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'PERMISSION_DENIED';
  return new ToolError(known, `the disk refused ${what}: ${code}`, {
    suggestions: ['whoever runs this server should check its folders and their permissions'],
  });
}
