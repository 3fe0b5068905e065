import type { CaseResult } from '@boomgate/engine';
import { type Palette, visible } from '../terminal/index.ts';

/** One line per case, and under a failed one what was expected and found. */
export function printCases(file: string, cases: readonly CaseResult[], paint: Palette): string {
  const lines = cases.flatMap(({ name, ok, failures }) => [
    `  ${ok ? paint.good('ok  ') : paint.bad('FAIL')} ${visible(name)}`,
    ...failures.map((failure) => `         ${visible(failure)}`),
  ]);
  return [paint.strong(visible(file)), ...lines].join('\n');
}
