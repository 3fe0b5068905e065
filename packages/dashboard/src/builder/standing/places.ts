import { escapeSegment, type JsonObject } from '@boomgate/engine';
import { hideOf, toolsOf } from './standing.ts';

/** What can be looked at in a document. */
export type Place =
  | { readonly kind: 'policy' }
  | { readonly kind: 'all_tools' }
  | { readonly kind: 'access' }
  | { readonly kind: 'tool'; readonly name: string };

/** A tool as it is offered. */
export type Offered = {
  readonly name: string;
  readonly class: string;
  readonly severity: string;
  /** Who offers it; of several the gravest tool's first, and class and severity are that tool's. */
  readonly servers: readonly string[];
};

type Groups = {
  readonly offered: readonly Offered[];
  /** Names with `*`, under `tools` or `hide`. */
  readonly patterns: readonly string[];
  /** Named in the policy; no server does offer them, or it is not known what it offers. */
  readonly others: readonly string[];
};

/** Everything that can be looked at, by where it comes from. */
export function groupsOf(document: JsonObject, offered: readonly Offered[]): Groups {
  const known = new Set(offered.map(({ name }) => name));
  const named = [...new Set([...Object.keys(toolsOf(document)), ...hideOf(document)])];
  return {
    offered,
    patterns: named.filter((name) => name.includes('*')),
    others: named.filter((name) => !name.includes('*') && !known.has(name)),
  };
}

/** Whether a JSON Pointer, or the id of a rule, leads into what a place shows. */
export function isAbout(place: Place, pointer: string): boolean {
  const isWithin = (around: string) => pointer === around || pointer.startsWith(`${around}/`);
  switch (place.kind) {
    case 'tool':
      return isWithin(`/tools/${escapeSegment(place.name)}`);
    case 'all_tools':
      return isWithin('/all_tools');
    case 'access':
      return isWithin('/resources') || isWithin('/prompts');
    case 'policy':
      return !['/tools', '/all_tools', '/resources', '/prompts'].some(isWithin);
  }
}

const TOOL = 'tool:';

/** A place as it stands in the address of a page. */
export function placeKey(place: Place): string {
  return place.kind === 'tool' ? `${TOOL}${place.name}` : place.kind;
}

/** The whole policy for what names no place. */
export function readPlace(key: string | undefined): Place {
  if (key?.startsWith(TOOL) === true && key.length > TOOL.length)
    return { kind: 'tool', name: key.slice(TOOL.length) };
  return key === 'all_tools' || key === 'access' ? { kind: key } : { kind: 'policy' };
}
