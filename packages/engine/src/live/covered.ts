import { namesOf } from '../compare/proof/region.ts';
import type { ToolFacts } from '../decide/decision.ts';
import { escapeSegment } from '../json/pointer.ts';
import type { Comparison, Condition, Entry, Policy, Rule, Rules } from '../policy.ts';
import type { Problem } from '../problem.ts';

/** An entry with the tools that it applies to. */
export type Covered = {
  readonly name: string;
  readonly entry: Entry;
  readonly tools: readonly ToolFacts[];
};

/** Entries that apply to at least one tool. */
export function coveredBy(policy: Policy, tools: readonly ToolFacts[]): readonly Covered[] {
  const names = namesOf(policy);
  return [...policy.tools].flatMap(([name, entry]) => {
    const own = tools.filter((tool) => names.entryFor(tool.name)?.name === name);
    return own.length === 0 ? [] : [{ name, entry, tools: own }];
  });
}

/** The three lists of rules. */
export function rulesOf({ denyIf, require, requireApprovalIf }: Rules): readonly Rule[] {
  return [...denyIf, ...require, ...requireApprovalIf];
}

/** Comparisons, however nested. */
export function comparisonsOf(conditions: readonly Condition[]): readonly Comparison[] {
  return conditions.flatMap((one) => {
    if (one.kind === 'compare') return [one];
    return comparisonsOf(one.kind === 'not' ? [one.of] : one.of);
  });
}

/** The argument that a comparison is about, when its path begins with a name. */
export function argumentOf({ path }: Comparison): string | undefined {
  const [first] = path.segments;
  return path.root === 'args' && first?.kind === 'name' ? first.name : undefined;
}

export const entryPointer = (name: string): string => `/tools/${escapeSegment(name)}`;

export function problem(
  severity: Problem['severity'],
  code: Problem['code'],
  { message, pointer }: Pick<Problem, 'message' | 'pointer'>,
): Problem {
  return { severity, code, message, pointer };
}
