import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Environment } from './launch.ts';

/**
 * Where processes start whose settings name no folder: where the gateway runs, so that relative paths in a
 * configuration mean what they mean to other clients. But never in the gateway's data: then at home, else at the root.
 */
export function startFolder(environment: Environment, dataFolder: string | undefined): string {
  const here = process.cwd();
  if (dataFolder === undefined || !isWithin(here, dataFolder)) return here;
  const home = environment['HOME'];
  return home === undefined || home === '' || isWithin(home, dataFolder) ? resolve(sep) : home;
}

function isWithin(folder: string, parent: string): boolean {
  const path = relative(real(parent), real(folder));
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What does not exist yet is nobody's link.
    return resolve(path);
  }
}
