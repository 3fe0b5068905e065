// Which of the mutants are tried: those of files that somebody asked for or changed, all of them or some drawn at random.
import { spawnSync } from 'node:child_process';
import { ROOT } from '../setup.mjs';

/** Whether a path is asked for, by `--only` and `--changed`. */
export function filterOf({ only = '', changed, base }) {
  const files = changed ? changedFiles(base) : undefined;
  return (path) => path.includes(only) && (files?.has(path) ?? true);
}

/** What differs from the base commit, in the work tree as it is; undefined where there is no such commit. */
function changedFiles(base) {
  const git = (...args) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const found = git('merge-base', 'HEAD', base);
  if (found.status !== 0) {
    console.log(`there is no commit ${base} here to compare with, so all files are taken for changed`);
    return undefined;
  }
  const lists = [
    git('diff', '--name-only', found.stdout.trim()),
    git('ls-files', '--others', '--exclude-standard'),
  ];
  return new Set(lists.flatMap(({ stdout }) => stdout.trim().split('\n')));
}

/** The mutants in the order of a seed, so that the first of them are a sample; at most so many. */
export function shuffle(mutants, seed) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return mutants
    .map((mutant) => ({ mutant, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ mutant }) => mutant);
}
