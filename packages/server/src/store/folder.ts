import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, and leaves what is there. Throws what the system says. Node's own `recursive` never
 * ends where the system has no room for new names, as below `/proc`: it makes the folder above, which is there, again and again.
 */
export function makeFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (isFolder(folder)) return;
    const above = dirname(folder);
    if (!isAbsence(error) || above === folder) throw error;
    makeFolder(above, mode);
    mkdirSync(folder, { mode });
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isAbsence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
