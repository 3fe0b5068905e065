import type { ConditionStep, FoundType, Step } from './decision.ts';

/** Names come from agents and servers: longer ones are cut in messages. */
const NAME_SHOWN_MAX = 128;

/** A name in quotes, as messages show it. */
export function name(text: string): string {
  return JSON.stringify(text.length > NAME_SHOWN_MAX ? `${text.slice(0, NAME_SHOWN_MAX)}…` : text);
}

const FOUND = {
  string: 'is a string',
  number: 'is a number',
  boolean: 'is a boolean',
  array: 'is an array',
  object: 'is an object',
  absent: 'is absent',
  several: 'has an element that cannot be judged',
  unreachable: 'cannot be reached',
  unread: 'would take more work than one decision may do',
} satisfies Record<FoundType, string>;

/** Which argument had which type where a rule could not be decided; never its value. Undefined where none was. */
export function explainUndetermined(step: Step): string | undefined {
  const unclear = step.conditions.find(({ outcome }) => outcome === 'undetermined');
  return unclear && explain(unclear);
}

function explain({ path, op, found }: ConditionStep): string {
  return `${op} cannot be decided: ${path} ${FOUND[found]}`;
}

export function describeFound(found: FoundType): string {
  return FOUND[found];
}

const SECOND_MS = 1_000;
const UNITS = [
  { ms: 86_400_000, text: 'd' },
  { ms: 3_600_000, text: 'h' },
  { ms: 60_000, text: 'min' },
] as const;
/** Up to this many of a smaller unit are easier to read than one or two of the next. */
const FINE_UP_TO = 2;

/** A wait in the largest unit of which there are more than two, rounded up: `42 s`, `7 min`, `2 h 5 min` is `126 min`. */
export function describeWait(waitMs: number): string {
  const unit = UNITS.find(({ ms }) => waitMs > FINE_UP_TO * ms) ?? { ms: SECOND_MS, text: 's' };
  return `${Math.ceil(waitMs / unit.ms)} ${unit.text}`;
}

/** Joins sentences whether or not an author ended theirs with a full stop. */
export function joinSentences(first: string, second: string): string {
  return /[.!?…]\s*$/.test(first) ? `${first.trimEnd()} ${second}` : `${first}. ${second}`;
}
