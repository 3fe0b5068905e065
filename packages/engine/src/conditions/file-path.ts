import type { Truth } from '../decide/decision.ts';
import { fold } from './fold.ts';
import { truth } from './truth.ts';

/** A path as its steps from the root; the first is a drive such as `C:` or empty. */
type Steps = readonly string[];

/**
 * Whether a file path lies in one of the folders, by its text alone (policy language §4, `path_within`). A relative
 * path, a network path or one with NUL is *undetermined*: what it means is decided elsewhere. So is one that lies in them for a
 * server to which backslashes separate, and not for one to which they belong to names, or the other way round.
 */
export function compilePathWithin(folders: readonly string[], ignoreCase: boolean): (path: string) => Truth {
  // Folded only once it is read: a letter that folds to that of a drive names no drive.
  const folded = (steps: Steps): Steps => (ignoreCase ? steps.map(fold) : steps);
  const prefixes = folders.flatMap((folder) => readings(folder).slice(0, 1).map(folded));
  const isComplete = prefixes.length === folders.length;
  const liesIn = (steps: Steps): boolean =>
    prefixes.some((prefix) => prefix.every((step, index) => steps[index] === step));
  return (path) => {
    const [steps, otherwise] = readings(path);
    if (steps === undefined) return 'undetermined';
    const isWithin = liesIn(folded(steps));
    if (otherwise !== undefined && liesIn(folded(otherwise)) !== isWithin) return 'undetermined';
    return isWithin || isComplete ? truth(isWithin) : 'undetermined';
  };
}

/**
 * What servers may take a path for: first by both kinds of slash, as on Windows, then by one, where that is something else.
 * None for what is not an absolute path on every machine on which it may be one.
 */
function readings(path: string): readonly Steps[] {
  if (path.includes('\0') || isNetworkPath(path)) return [];
  const steps = resolve(path.replaceAll('\\', '/'));
  if (steps === undefined) return [];
  // With a drive, or with backslashes alone, it is a path on Windows only.
  if (steps[0] !== '' || !path.includes('\\') || !path.includes('/')) return [steps];
  const otherwise = resolve(path);
  return otherwise === undefined ? [] : [steps, otherwise];
}

/** Undefined for what is not an absolute path. */
function resolve(path: string): Steps | undefined {
  const [drive = '', ...rest] = path.split('/');
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
