import type { Comparison } from '../policy.ts';
import { type Place, warnKey } from './place.ts';
import { quoted } from './words.ts';

/** What other engines have and RE2 does not, as patterns write it, and what to write instead. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [
    /\(\?<?[=!]/,
    'RE2 looks neither ahead nor behind; write what must not match as a condition of its own, with "not_regex"',
  ],
  [/\(\?>|[*+?}]\+/, 'RE2 never tries again, so write it as an ordinary group or repetition'],
  [/\\[1-9]/, 'RE2 does not refer back to groups'],
  [/\\Z/, 'write \\z for the end of the text'],
  [/\\u/, 'write \\x{41} for the character with that number'],
];

/** How to mend a pattern that RE2 does not take, where the habit is known; begins with a semicolon. */
export function mendOfRegex(pattern: string): string {
  const mend = HABITS.find(([habit]) => habit.test(pattern))?.[1];
  return mend === undefined ? '' : `; ${mend}`;
}

const SLASHED = /^\/.*\/[dgimsuvy]+$/s;

/** Slashes and flags around an expression are part of it here, so that it hardly ever matches: a warning. */
export function warnOfSlashes({ op, value }: Comparison, operand: Place): void {
  const isRegex = op === 'regex' || op === 'not_regex';
  if (!isRegex || typeof value !== 'string' || !SLASHED.test(value)) return;
  warnKey(
    operand,
    'bad_pattern',
    `found ${quoted(value)}, whose slashes and flags count as text; write what is between them, and "ignore_case": true for the flag i`,
  );
}
