/** What of a call the rules of a policy look at. */
import type { Comparison, Condition, Limit, Path, Rule, Rules } from './policy.ts';

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

/** What a limit sums up, and what of a call it is counted by. */
export function countedPaths(limit: Limit): readonly Path[] {
  const summed = limit.kind === 'window' && limit.increment.kind === 'from' ? [limit.increment.path] : [];
  return [...summed, ...limit.scope.filter((scope) => typeof scope !== 'string')];
}

/** The argument that something is about, when its path begins with the name of one. */
export function argumentOf({ path }: { readonly path: Path }): string | undefined {
  const [first] = path.segments;
  return path.root === 'args' && first?.kind === 'name' ? first.name : undefined;
}
