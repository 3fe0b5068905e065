import type { KnownTool } from './contract.ts';

/** What is offered of the definitions of one server: of several of a tool the newest comes first. */
export function newestOffered<One extends Pick<KnownTool, 'tool' | 'isOffered'>>(
  found: readonly One[],
): One[] {
  const newest = new Map(found.toReversed().map((one) => [one.tool, one]));
  return [...newest.values()].filter(({ isOffered }) => isOffered);
}
