import type { Plan } from '../plan/index.ts';

/**
 * The plan, unless several of the files that it reads are `-`: standard input can be read once, and all but one of them would be
 * taken for empty. Files that are absent are none.
 */
export function readingInputOnce(files: readonly (string | undefined)[], plan: Plan): Plan {
  if (files.filter((file) => file === '-').length <= 1) return plan;
  return {
    kind: 'wrong_use',
    message:
      'expected "-" for one file at most, found several: standard input can be read only once, so put the others into files',
  };
}
