import type { Act, Answers } from './acts.ts';

export type StepAnswer =
  | readonly ['stale']
  | readonly ['unknown', readonly number[]]
  | readonly ['late', number]
  | readonly ['taken', number, Answers, readonly (readonly [number, number])[]];

/** What the script says of these acts; undefined for what it never says, as where a connection gives the answers to other questions. */
export function stepAnswerIn(said: unknown, acts: readonly Act[]): StepAnswer | undefined {
  return Array.isArray(said) && isAnswer(said, acts) ? (said as unknown as StepAnswer) : undefined; // a cast: looked at
}

function isAnswer([kind, first, answers, keeps]: readonly unknown[], acts: readonly Act[]): boolean {
  if (kind === 'stale') return true;
  if (kind === 'unknown') return areNumbers(first);
  if (kind === 'late') return Number.isSafeInteger(first);
  return kind === 'taken' && Number.isSafeInteger(first) && areOf(acts, answers) && arePairs(keeps);
}

function areOf(acts: readonly Act[], answers: unknown): boolean {
  if (!Array.isArray(answers) || answers.length !== acts.length) return false;
  return acts.every((act, nth) => {
    const answer: unknown = answers[nth];
    if (act.kind === 'return') return answer === 0;
    return Array.isArray(answer) && Number.isSafeInteger(answer[0]) && areNumbers(answer[1]);
  });
}

function arePairs(keeps: unknown): boolean {
  return Array.isArray(keeps) && keeps.every((pair) => areNumbers(pair) && pair.length === 2);
}

function areNumbers(values: unknown): values is readonly number[] {
  return Array.isArray(values) && values.every(Number.isFinite);
}
