import { compilePattern, literalLength } from '../conditions/index.ts';

/** Finds which entry of a policy applies to a tool (policy language §2). */
type EntryNames = {
  /** The name of the entry, as written; undefined where none applies. */
  readonly nameFor: (tool: string) => string | undefined;
  /** With a `*`, in the order in which they are tried. */
  readonly patterns: readonly string[];
};

/** Exact names cost one look-up. Patterns are tried only without one, those with the most literal characters first. */
export function entryNames(names: Iterable<string>): EntryNames {
  const all = [...names];
  const exact = new Set(all.filter((name) => !name.includes('*')));
  const patterns = all
    .filter((name) => name.includes('*'))
    .sort((one, other) => literalLength(other) - literalLength(one));
  const tests = patterns.map((pattern) => ({ pattern, matches: compilePattern(pattern) }));
  return {
    patterns,
    nameFor: (tool) => (exact.has(tool) ? tool : tests.find(({ matches }) => matches(tool))?.pattern),
  };
}
