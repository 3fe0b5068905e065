import { limitsOf, scopeNames } from '../../decide/index.ts';
import type { Limit, Policy } from '../../policy.ts';
import type { Problem } from '../../problem.ts';

/**
 * Limits of a later version that count anew what an earlier one has counted under another name or scope: counters are known by
 * both, so what was used until then is forgotten, and as much passes again. A limit where there was none is no such thing.
 */
export function begunCounters(before: Policy, after: Policy): readonly Problem[] {
  const known = new Set(limitsOf(before).map(identityOf));
  const kept = new Set(limitsOf(after).map(identityOf));
  const ended = limitsOf(before).filter((one) => !kept.has(identityOf(one)));
  return limitsOf(after).flatMap((limit) => {
    if (known.has(identityOf(limit))) return [];
    const earlier = ended.filter((one) => placeOf(one) === placeOf(limit));
    if (earlier.length === 0) return [];
    const message = `${shown(limit)} starts at zero: what ${earlier.map(shown).join(' and ')} counted is not carried over`;
    return [{ code: 'counter_begins', severity: 'warning', message, pointer: limit.id }];
  });
}

/** What the key of a counter is made of beside the values of a call. */
function identityOf(limit: Limit): string {
  return JSON.stringify([limit.kind, limit.counter, ...scopeNames(limit).toSorted()]);
}

/** The list that a limit stands in. */
function placeOf({ id }: Limit): string {
  return id.slice(0, id.lastIndexOf('/'));
}

function shown(limit: Limit): string {
  return `the counter "${limit.counter}" per ${scopeNames(limit).join(' and ')}`;
}
