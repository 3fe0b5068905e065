import type { AccessList } from '../policy.ts';
import { LIST_ITEMS } from './bounds.ts';
import { readPatterns } from './pattern.ts';
import { fields, type Place } from './place.ts';

/** `resources` and `prompts`: patterns over URIs or names (§8). */
export function readAccess(
  place: Place | undefined,
  what: '"resources"' | '"prompts"',
): AccessList | undefined {
  const of = place && fields(place, ['allow', 'deny'], what);
  if (of === undefined) return undefined;
  return {
    allow: readPatterns(of.get('allow'), `"allow" of ${what}`, LIST_ITEMS),
    deny: readPatterns(of.get('deny'), `"deny" of ${what}`, LIST_ITEMS),
  };
}
