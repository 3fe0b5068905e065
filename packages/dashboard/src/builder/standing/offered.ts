import { SEVERITIES } from '@boomgate/catalogue/classes';
import { compilePattern } from '@boomgate/engine';
import type { Offered, Place } from './places.ts';

type Server = {
  readonly slug: string;
  readonly tools: readonly { readonly tool: string; readonly class: string; readonly severity: string }[];
};

/** What servers offer together, by name; in the order of servers, then of their lists. */
export function offeredBy(servers: readonly Server[]): readonly Offered[] {
  const found = new Map<string, Offered>();
  for (const { slug, tools } of servers)
    for (const { class: of, severity, tool } of tools) {
      const one = { name: tool, class: of, severity, servers: [slug] };
      const before = found.get(tool);
      found.set(tool, before === undefined ? one : joined(before, one));
    }
  return [...found.values()];
}

function joined(before: Offered, next: Offered): Offered {
  const [first, second] = rankOf(next) > rankOf(before) ? [next, before] : [before, next];
  return { ...first, servers: [...first.servers, ...second.servers] };
}

const KNOWN: readonly string[] = SEVERITIES;

/** Severities that this version does not know count as the worst. */
function rankOf({ severity }: Offered): number {
  const rank = KNOWN.indexOf(severity);
  return rank < 0 ? SEVERITIES.length : rank;
}

/** Of what is offered, that which a place is about: the tool of a name, those that match a pattern, or all. */
export function offeredAt(place: Place, offered: readonly Offered[]): readonly Offered[] {
  if (place.kind === 'all_tools') return offered;
  if (place.kind !== 'tool') return [];
  const matches = compilePattern(place.name);
  return offered.filter(({ name }) => matches(name));
}
