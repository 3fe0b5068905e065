import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ToolError } from '../error.ts';

/**
 * The real path of something that exists, if it lies in one of the folders after all links are followed; a `ToolError`
 * otherwise, with nothing read. A relative path is looked for in each folder.
 */
export async function realPathInside(folders: readonly string[], path: string): Promise<string> {
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

/** Whether `target` is in the folder `root`, both real paths. */
export function contains(root: string, target: string): boolean {
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
    suggestions: ['whoever runs this server checks its folders and their permissions'],
  });
}
