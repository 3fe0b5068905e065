import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_FOLDER_DEPTH, MAX_LISTED_FILES } from '../limits.ts';

export type ListedFile = {
  /** From the listed folder, with forward slashes on every system. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modified: Date;
};

export type ListOptions = {
  readonly accept: (name: string) => boolean;
  /** Whether linked folders and files outside count: models often lie on other disks, outputs never do. */
  readonly followLinks: boolean;
};

/** The files below a folder, as many as the limits allow; a folder that is not there has none. */
export async function listFiles(folder: string, options: ListOptions): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  const visited = new Set<string>();
  const visit = async (path: string, depth: number): Promise<void> => {
    const real = await realpath(join(folder, path)).catch(() => undefined);
    // A link may lead to a folder above it.
    if (real === undefined || visited.has(real) || depth > MAX_FOLDER_DEPTH) return;
    visited.add(real);
    const entries = await readdir(real, { withFileTypes: true }).catch((): Dirent[] => []);
    for (const entry of entries) {
      if (files.length >= MAX_LISTED_FILES) return;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink() && !options.followLinks) continue;
      const about = entry.isDirectory()
        ? undefined
        : await stat(join(real, entry.name)).catch(() => undefined);
      if (entry.isDirectory() || about?.isDirectory() === true) await visit(below, depth + 1);
      else if (about?.isFile() === true && options.accept(entry.name))
        files.push({ path: below, sizeBytes: about.size, modified: about.mtime });
    }
  };
  await visit('', 0);
  return files;
}
