import type { ConditionStep, FoundType, Truth } from '../decide/decision.ts';
import type { Comparison } from '../policy.ts';

/** What one comparison saw; one shared object per outcome and type, numbered from 0. */
export type Seen = { readonly outcome: Truth; readonly found: FoundType; readonly index: number };

/**
 * Collects the steps of one rule. It is used again for the next rule, so that looking at a rule allocates nothing:
 * only the first `count` items are meant.
 */
export type Steps = { readonly items: ConditionStep[]; count: number };

/** Every answer a comparison can give, so that giving one allocates nothing. */
const SEEN = {
  string: seenAs('string', 0),
  number: seenAs('number', 3),
  boolean: seenAs('boolean', 6),
  array: seenAs('array', 9),
  object: seenAs('object', 12),
  absent: seenAs('absent', 15),
  several: seenAs('several', 18),
  unreachable: seenAs('unreachable', 21),
  unread: seenAs('unread', 24),
} satisfies Record<FoundType, Record<Truth, Seen>>;

function seenAs(found: FoundType, index: number): Record<Truth, Seen> {
  return {
    true: { outcome: 'true', found, index },
    false: { outcome: 'false', found, index: index + 1 },
    undetermined: { outcome: 'undetermined', found, index: index + 2 },
  };
}

export function seen(outcome: Truth, found: FoundType): Seen {
  return pick(SEEN[found], outcome);
}

/** `seen` for the commonest kinds of what is found: properties with fixed names are read many times faster than computed ones. */
export function seenString(outcome: Truth): Seen {
  return pick(SEEN.string, outcome);
}

export function seenNumber(outcome: Truth): Seen {
  return pick(SEEN.number, outcome);
}

export function seenSeveral(outcome: Truth): Seen {
  return pick(SEEN.several, outcome);
}

function pick(answers: Record<Truth, Seen>, outcome: Truth): Seen {
  if (outcome === 'true') return answers.true;
  return outcome === 'false' ? answers.false : answers.undetermined;
}

/** One frozen step per answer, made when it is first given. */
export function rememberSteps({ path, op }: Comparison): (seen: Seen) => ConditionStep {
  const steps: (ConditionStep | undefined)[] = [];
  return ({ outcome, found, index }) => {
    const known = steps[index];
    if (known !== undefined) return known;
    const step = Object.freeze({ path: path.text, op, outcome, found });
    steps[index] = step;
    return step;
  };
}
