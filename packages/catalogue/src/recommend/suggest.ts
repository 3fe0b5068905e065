import { bounds, type Json } from '@boomgate/engine';
import { rateCounters } from './counters.ts';
import { canBeNamed } from './recommend.ts';
import { limited } from './rule.ts';

/** Something that was let through. */
export type Use = {
  readonly kind: 'tool' | 'resource' | 'prompt';
  /** Name of the tool or prompt, URI of the resource. */
  readonly name: string;
  readonly grant: string;
  readonly atMs: number;
  /** A person approved it. */
  readonly approved?: boolean;
};

export type Suggestion = {
  /** A policy document under `default: deny`. */
  readonly policy: Json;
  /** The tools that it names, the most used first. */
  readonly tools: readonly UsedTool[];
  /** What was used and cannot be named exactly, or had no room. */
  readonly leftOut: readonly string[];
};

type UsedTool = {
  readonly tool: string;
  readonly calls: number;
  /** Calls of one grant in a minute, at the 99th percentile. */
  readonly perMinute: number;
};

const MINUTE_MS = 60_000;
const PERCENTILE = 0.99;
/** URIs that are listed one by one; who reads more of them is better served by a pattern of a person's choice. */
const RESOURCES_MAX = 200;

/**
 * The smallest policy that would have allowed what was used: nothing else, and each tool as often as 99 of 100 calls found it
 * used in the minute before, rounded up to 1, 2 or 5 and zeros. A tool of which a use was approved asks a person for each.
 * `uses` are oldest first.
 */
export function suggest(uses: readonly Use[]): Suggestion {
  const named = (kind: Use['kind']) => [
    ...Map.groupBy(
      uses.filter((use) => use.kind === kind),
      ({ name }) => name,
    ),
  ];
  const [tools, moreTools] = fitting(named('tool'), bounds.TOOLS);
  const [resources, moreResources] = fitting(named('resource'), RESOURCES_MAX);
  const [prompts, morePrompts] = fitting(named('prompt'), bounds.TOOLS);
  const used = tools
    .map(([tool, own]) => ({ tool, calls: own.length, perMinute: usualRate(own) }))
    .sort((one, other) => other.calls - one.calls);
  const asking = new Set(uses.flatMap(({ approved, name }) => (approved === true ? [name] : [])));
  const counters = rateCounters(used.map(({ tool }) => tool));
  const entries = used.map(({ perMinute, tool }) => {
    const entry = limited(counters.get(tool) ?? tool, roundedUp(perMinute));
    return [tool, asking.has(tool) ? { action: 'require_approval', ...entry } : entry] as const;
  });
  return {
    policy: {
      version: '1',
      default: 'deny',
      ...(entries.length === 0 ? {} : { tools: Object.fromEntries(entries) }),
      ...(resources.length === 0 ? {} : { resources: { allow: resources.map(([uri]) => uri).sort() } }),
      ...(prompts.length === 0 ? {} : { prompts: { allow: prompts.map(([name]) => name).sort() } }),
    },
    tools: used,
    leftOut: [...moreTools, ...moreResources, ...morePrompts],
  };
}

type Named = readonly [name: string, uses: readonly Use[]];

/** Those that a policy can name, as many as have room, and the names of the others. */
function fitting(all: readonly Named[], most: number): readonly [readonly Named[], readonly string[]] {
  const can = all.filter(([name]) => canBeNamed(name)).slice(0, most);
  const taken = new Set(can.map(([name]) => name));
  return [can, all.map(([name]) => name).filter((name) => !taken.has(name))];
}

/** Uses of one grant in the minute up to a use, at the 99th percentile of all uses. */
function usualRate(uses: readonly Use[]): number {
  const counts = [...Map.groupBy(uses, ({ grant }) => grant).values()].flatMap(countsWithin);
  counts.sort((one, other) => one - other);
  return counts[Math.ceil(counts.length * PERCENTILE) - 1] ?? 0;
}

function countsWithin(uses: readonly Use[]): readonly number[] {
  let oldest = 0;
  return uses.map(({ atMs }, at) => {
    while ((uses[oldest]?.atMs ?? atMs) < atMs - MINUTE_MS) oldest += 1;
    return at - oldest + 1;
  });
}

function roundedUp(count: number): number {
  for (let unit = 1; ; unit *= 10) for (const step of [1, 2, 5]) if (step * unit >= count) return step * unit;
}
