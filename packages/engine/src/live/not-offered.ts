import { compilePattern } from '../conditions/index.ts';
import type { ToolFacts } from '../decide/decision.ts';
import { similarWord } from '../parse/similar.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { entryPointer, problem } from './covered.ts';

/** Looking for what was meant takes time; after so many names nobody reads on. */
const HINTED = 50;

/** A name, or a pattern, that no tool has: it protects nothing, or waits for a tool that is misspelt. */
export function checkNotOffered(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  const names = tools.map(({ name }) => name);
  const places = [
    ...[...policy.tools.keys()].map((name) => ({ name, pointer: entryPointer(name) })),
    ...policy.hide.map((name, index) => ({ name, pointer: `/hide/${index}` })),
  ];
  const isOffered = (name: string): boolean =>
    names.some(name.includes('*') ? compilePattern(name) : (tool) => tool === name);
  const missing = places.filter(({ name }) => !isOffered(name));
  return missing.map(({ name, pointer }, index) => {
    const meant = index < HINTED ? similarWord(name, names) : undefined;
    const hint = meant === undefined ? 'look at the tools of the server' : `did you mean "${meant}"?`;
    const message = `expected a tool that the server offers, found "${name}"; ${hint}`;
    return problem('warning', 'not_offered', { pointer, message });
  });
}
