import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Listing } from '../contract.ts';
import { type KindRules, keyProblem } from './kinds.ts';

/**
 * Checks each item, takes out all that share a name and are not the same, and sorts by code units: the order is the same for everybody.
 */
export function composeListing(rules: KindRules, found: readonly Json[]): Listing {
  const byKey = new Map<string, JsonObject>();
  const twice = new Set<string>();
  const dropped: { key: string; reason: string }[] = [];
  for (const item of found) {
    const checked = checkItem(rules, item);
    const before = byKey.get(checked.key);
    if (!checked.ok) {
      dropped.push({ key: checked.key, reason: checked.reason });
    } else if (before === undefined) {
      byKey.set(checked.key, checked.item);
    } else if (!isDeepStrictEqual(before, checked.item)) {
      // The same item again stands on two pages of a list that grew between them.
      twice.add(checked.key);
    }
  }
  for (const key of twice) {
    byKey.delete(key);
    dropped.push({
      key,
      reason: `the server lists it more than once, in different ways, so that it is unclear which one is meant`,
    });
  }
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return { items: sorted.map(([, item]) => item), byKey: new Map(sorted), dropped };
}

type Checked =
  | { readonly ok: true; readonly key: string; readonly item: JsonObject }
  | { readonly ok: false; readonly key: string; readonly reason: string };

/** Characters of a bad name that the operator is shown. */
const SHOWN_KEY_CHARACTERS = 100;

function checkItem(rules: KindRules, item: Json): Checked {
  if (!isJsonObject(item)) return { ok: false, key: '', reason: 'is not an object' };
  const key = item[rules.itemKey];
  const shown = typeof key === 'string' ? key.slice(0, SHOWN_KEY_CHARACTERS) : '';
  const reason = keyProblem(key, rules.itemKey);
  if (reason !== undefined || typeof key !== 'string') return { ok: false, key: shown, reason: reason ?? '' };
  const problem = rules.problem(item, key);
  return problem === undefined ? { ok: true, key, item } : { ok: false, key: shown, reason: problem };
}
