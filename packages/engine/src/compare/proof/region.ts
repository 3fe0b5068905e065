import { compilePattern, compilePatterns, literalLength, type TextTest } from '../../conditions/index.ts';
import type { ToolFacts } from '../../decide/decision.ts';
import { entryNames } from '../../decide/entry-names.ts';
import type { Entry, Policy } from '../../policy.ts';
import { type Effort, NAMES_MAX, REGIONS_MAX } from '../bounds.ts';
import { Budget } from './budget.ts';
import { canPatternsMeet, isPatternSubset } from './text-set.ts';

/** Tool names to which one entry of each policy applies, or none. */
export type Region = {
  readonly before: Applied;
  readonly after: Applied;
  /** Names in it, tried in this order: at least one where it is a single name, perhaps none where it is one of patterns. */
  readonly names: readonly string[];
  /** What is known of the tool, where tools are known. */
  readonly tool?: ToolFacts;
};

export type Applied = { readonly name: string; readonly entry: Entry } | undefined;

/** What the tools of a server look like, where they are known. */
export type Knowledge = { readonly tools: readonly ToolFacts[] };

/** Finds the entry that applies to a name, and whether it is hidden. */
type Names = {
  readonly isHidden: TextTest;
  readonly entryFor: (tool: string) => Applied;
  /** With a `*`, those with the most literal characters first. */
  readonly patterns: readonly string[];
};

export function namesOf(policy: Policy): Names {
  const applied = (name: string | undefined): Applied => {
    const entry = name === undefined ? undefined : policy.tools.get(name);
    return name === undefined || entry === undefined ? undefined : { name, entry };
  };
  const { nameFor, patterns } = entryNames(policy.tools.keys());
  return {
    isHidden: compilePatterns(policy.hide),
    patterns,
    entryFor: (tool) => applied(nameFor(tool)),
  };
}

/** Both policies, and what is asked of their tool names. */
export type Pair = {
  readonly effort: Effort;
  readonly before: Policy;
  readonly after: Policy;
  readonly names: { readonly before: Names; readonly after: Names };
};

/** Names that are written out in one of the policies, and the tools that are known. */
export function singleRegions(
  { before, after, names }: Pair,
  knowledge: Knowledge | undefined,
): readonly Region[] {
  const region = (name: string): Region => ({
    before: names.before.entryFor(name),
    after: names.after.entryFor(name),
    names: [name],
  });
  if (knowledge !== undefined) return knowledge.tools.map((tool) => ({ ...region(tool.name), tool }));
  const written = [before, after].flatMap(({ tools, hide }) => [...tools.keys(), ...hide]);
  return [...new Set(written)].filter((name) => !name.includes('*')).map(region);
}

/**
 * All other names, by the patterns that apply to them. Every pair of entries that may apply to one name is among them, and
 * perhaps some that cannot. Undefined when there are too many to look at.
 */
export function patternRegions(pair: Pair): readonly Region[] | undefined {
  const { before, after } = pair.names;
  if ((before.patterns.length + 1) * (after.patterns.length + 1) > REGIONS_MAX) return undefined;
  const regions: Region[] = [];
  const budget = new Budget(NAMES_MAX);
  for (const one of [...before.patterns, undefined]) {
    for (const other of [...after.patterns, undefined]) {
      if (!canPatternsMeet(one ?? '*', other ?? '*')) continue;
      if (!budget.spend(before.patterns.length + after.patterns.length)) return undefined;
      if (canApply(one, other, before.patterns) && canApply(other, one, after.patterns))
        regions.push(regionOf(one, other, pair));
    }
  }
  return regions;
}

/** Whether `own` can be what applies to a name that `given` matches too: not where a longer one matches all such names. */
function canApply(own: string | undefined, given: string | undefined, all: readonly string[]): boolean {
  const length = own === undefined ? -1 : literalLength(own);
  return !all.some(
    (rival) =>
      rival !== own &&
      literalLength(rival) >= length &&
      (isPatternSubset(given ?? '*', rival) || (own !== undefined && isPatternSubset(own, rival))),
  );
}

function regionOf(one: string | undefined, other: string | undefined, pair: Pair): Region {
  const { before, after } = pair.names;
  const isInside = (name: string): boolean =>
    before.entryFor(name)?.name === one && after.entryFor(name)?.name === other && !after.isHidden(name);
  const entryOf = (policy: Policy, name: string | undefined): Applied => {
    const entry = policy.tools.get(name ?? '');
    return name === undefined || entry === undefined ? undefined : { name, entry };
  };
  return {
    before: entryOf(pair.before, one),
    after: entryOf(pair.after, other),
    names: exampleNames(one ?? '*', other ?? '*').filter(isInside),
  };
}

/** What stands for a `*` in an example. */
const FILLINGS = ['', 'x', 'some_tool', 'a1', '_x_'];

/** Names that two patterns may both match. */
export function exampleNames(one: string, other: string = one): readonly string[] {
  const [start, end] = [longer(startOf(one), startOf(other)), longer(endOf(one), endOf(other))];
  const between = [insideOf(one), insideOf(other), insideOf(one) + insideOf(other)];
  const filled = FILLINGS.flatMap((text) => [
    one.replaceAll('*', text),
    other.replaceAll('*', text),
    ...between.map((inside) => start + inside + text + end),
  ]);
  const [matchesOne, matchesOther] = [compilePattern(one), compilePattern(other)];
  return [...new Set(filled)].filter((name) => name !== '' && matchesOne(name) && matchesOther(name));
}

const longer = (one: string, other: string): string => (one.length >= other.length ? one : other);
const startOf = (pattern: string): string =>
  pattern.includes('*') ? pattern.slice(0, pattern.indexOf('*')) : '';
const endOf = (pattern: string): string => pattern.slice(pattern.lastIndexOf('*') + 1);
const insideOf = (pattern: string): string => {
  const parts = pattern.split('*');
  return parts.slice(1, -1).join('');
};
