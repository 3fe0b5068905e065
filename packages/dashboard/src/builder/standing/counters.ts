import { type JsonObject, ownProperty } from '@boomgate/engine';
import { isShort, readEntry } from '../model/index.ts';
import { toolsOf } from './standing.ts';

/**
 * A name for a new counter that no limit of the document has, short forms included: limits that share one share what they count,
 * which nobody wants unasked.
 */
export function freeCounter(document: JsonObject, base: string): string {
  const taken = new Set(countersOf(document));
  let counter = base;
  for (let number = 2; taken.has(counter); number += 1) counter = `${base} ${number}`;
  return counter;
}

function countersOf(document: JsonObject): readonly string[] {
  const places = [['all_tools', ownProperty(document, 'all_tools') ?? {}] as const];
  return [...places, ...Object.entries(toolsOf(document))].flatMap(([name, value]) => {
    const entry = readEntry(value);
    if (entry === undefined) return [];
    const limits = (entry.limits ?? []).flatMap((limit) => (limit.kind === 'json' ? [] : limit.counter));
    // A short form counts under the name of its tool (policy language §5).
    return isShort(entry) ? [...limits, `${name}_rate`, `${name}_spend`] : limits;
  });
}
