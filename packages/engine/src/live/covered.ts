import { namesOf } from '../compare/proof/region.ts';
import type { ToolFacts } from '../decide/decision.ts';
import { escapeSegment } from '../json/pointer.ts';
import type { Entry, Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';

/** An entry with the tools that it applies to. */
type Covered = {
  readonly name: string;
  readonly entry: Entry;
  readonly tools: readonly ToolFacts[];
};

/** Entries that apply to at least one tool. */
export function coveredBy(policy: Policy, tools: readonly ToolFacts[]): readonly Covered[] {
  const names = namesOf(policy);
  // Each tool looks for its entry once: among thousands of patterns that takes a while.
  const byEntry = Map.groupBy(tools, (tool) => names.entryFor(tool.name)?.name);
  return [...policy.tools].flatMap(([name, entry]) => {
    const own = byEntry.get(name);
    return own === undefined ? [] : [{ name, entry, tools: own }];
  });
}

export const entryPointer = (name: string): string => `/tools/${escapeSegment(name)}`;

export function problem(
  severity: Problem['severity'],
  code: Problem['code'],
  { message, pointer }: Pick<Problem, 'message' | 'pointer'>,
): Problem {
  return { severity, code, message, pointer };
}
