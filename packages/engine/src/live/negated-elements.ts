import { rulesOf } from '../looked-at.ts';
import type { Condition, Policy, Rules } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { problem } from './covered.ts';

const IN_REQUIRE =
  'under "not", "[*]" means that not every element matches: one that differs passes the whole list; write it in "deny_if" without "not"';
const ELSEWHERE =
  'under "not", "[*]" means that no element matches: one that does passes the whole list; write in "require" what every element must be';

/** A rule on a list that one harmless element passes for all of them, as `[*]` is joined before `not` turns it (decisions/0001). */
export function checkNegatedElements({ allTools, tools }: Policy): readonly Problem[] {
  return [allTools, ...tools.values()].flatMap((entry) => found(entry));
}

function found(entry: Rules): readonly Problem[] {
  return rulesOf(entry)
    .filter(({ conditions }) => conditions.some((one) => turnsElements(one, false)))
    .map((rule) => {
      const message = entry.require.includes(rule) ? IN_REQUIRE : ELSEWHERE;
      return problem('warning', 'negated_elements', { message, pointer: rule.id });
    });
}

function turnsElements(condition: Condition, isTurned: boolean): boolean {
  if (condition.kind === 'compare')
    return isTurned && condition.path.segments.some(({ kind }) => kind === 'each');
  if (condition.kind === 'not') return turnsElements(condition.of, !isTurned);
  return condition.of.some((one) => turnsElements(one, isTurned));
}
