import { namesOf } from '../compare/proof/region.ts';
import type { ToolFacts } from '../decide/decision.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { problem } from './covered.ts';

const GRAVE: ReadonlySet<string | undefined> = new Set(['Execute', 'Destructive', 'Financial']);

/** A tool that can do harm and that `default: allow` lets through without an entry. */
export function checkUncovered(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  if (policy.default === 'deny') return [];
  const names = namesOf(policy);
  return tools
    .filter(
      ({ class: of, name }) => GRAVE.has(of) && !names.isHidden(name) && names.entryFor(name) === undefined,
    )
    .map(({ class: of, name }) => {
      const message = `the tool "${name}" is of class ${of} and has no entry, so every call passes; give it one or write "default": "deny"`;
      return problem('warning', 'uncovered_tool', { pointer: '/default', message });
    });
}
