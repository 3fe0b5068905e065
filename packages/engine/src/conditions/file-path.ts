import type { Truth } from '../decide/decision.ts';
import { fold } from './fold.ts';
import { truth } from './truth.ts';

/** A path as its steps from the root; the first is a drive such as `C:` or empty. */
type Steps = readonly string[];

/**
 * Whether a file path lies in one of the folders, by its text alone (policy language §4, `path_within`). A relative
 * path, a network path or one with NUL is *undetermined*: what it means is decided elsewhere.
 */
export function compilePathWithin(folders: readonly string[], ignoreCase: boolean): (path: string) => Truth {
  // Folded only once it is read: a letter that folds to that of a drive names no drive.
  const read = (path: string) => (ignoreCase ? resolve(path)?.map(fold) : resolve(path));
  const prefixes = folders.map(read).filter((steps) => steps !== undefined);
  const isComplete = prefixes.length === folders.length;
  return (path) => {
    const steps = read(path);
    if (steps === undefined) return 'undetermined';
    if (prefixes.some((prefix) => prefix.every((step, index) => steps[index] === step))) return 'true';
    return isComplete ? truth(false) : 'undetermined';
  };
}

/** Undefined for what is not an absolute path on this machine. */
function resolve(path: string): Steps | undefined {
  if (path.includes('\0') || isNetworkPath(path)) return undefined;
  const [drive = '', ...rest] = path.replaceAll('\\', '/').split('/');
  if (drive !== '' && !/^[a-zA-Z]:$/.test(drive)) return undefined;
  if (rest.length === 0) return undefined;
  const steps: string[] = [];
  for (const step of rest) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return [drive.toUpperCase(), ...steps];
}

/** `\\server\share` and its like; `//server` is a doubled separator. */
function isNetworkPath(path: string): boolean {
  return /^(\\[\\/]|\/\\)/.test(path);
}
