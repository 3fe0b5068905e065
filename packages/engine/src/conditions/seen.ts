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
  true: seenByType('true', 0),
  false: seenByType('false', 8),
  undetermined: seenByType('undetermined', 16),
} satisfies Record<Truth, Record<FoundType, Seen>>;

function seenByType(outcome: Truth, index: number): Record<FoundType, Seen> {
  return {
    string: { outcome, found: 'string', index },
    number: { outcome, found: 'number', index: index + 1 },
    boolean: { outcome, found: 'boolean', index: index + 2 },
    array: { outcome, found: 'array', index: index + 3 },
    object: { outcome, found: 'object', index: index + 4 },
    absent: { outcome, found: 'absent', index: index + 5 },
    several: { outcome, found: 'several', index: index + 6 },
    unreachable: { outcome, found: 'unreachable', index: index + 7 },
  };
}

export function seen(outcome: Truth, found: FoundType): Seen {
  return SEEN[outcome][found];
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
