import type { Limit, Policy } from '../../policy.ts';
import { type Place, report } from '../place.ts';
import { scopeText } from '../scope.ts';
import { quoted } from '../words.ts';

/** What limits that share a counter must agree on, in the words of the document. */
type Agreement = Readonly<Record<string, string>>;

/** Limits with the same counter share it, so they agree on everything but `max`, `when` and `on_deny` (§5). */
export function checkCountersDisagree(policy: Policy, document: Place): void {
  const first = new Map<string, Limit>();
  for (const limit of allLimits(policy)) {
    const earlier = first.get(limit.counter);
    if (earlier === undefined) first.set(limit.counter, limit);
    else compare(earlier, limit, document);
  }
}

function compare(earlier: Limit, later: Limit, document: Place): void {
  const one = agreementOf(earlier);
  const other = agreementOf(later);
  const key = Object.keys({ ...one, ...other }).find((name) => one[name] !== other[name]);
  if (key === undefined) return;
  report(
    { ...document, pointer: document.reading.limitPointers.get(later.id) ?? '' },
    'duplicate_counter_disagrees',
    `the counter ${quoted(later.counter)} is shared with ${earlier.id}, but ${quoted(key)} differs: ${one[key] ?? 'none'} there, ${other[key] ?? 'none'} here; make them equal or rename one counter`,
  );
}

function agreementOf(limit: Limit): Agreement {
  const base = {
    kind: limit.kind === 'window' ? 'a window' : 'calls in flight',
    scope: limit.scope.map(scopeText).join(', '),
    on_store_error: limit.onStoreError,
  };
  if (limit.kind === 'concurrent') return base;
  const { window, reset, increment } = limit;
  return {
    ...base,
    reset,
    window: reset === 'calendar' ? (window.unit ?? window.text) : `${window.ms / 1000} s`,
    increment: increment.kind === 'from' ? 'from an argument' : `${increment.amount / 1_000_000}`,
    ...(increment.kind === 'from' && { increment_from: increment.path.text }),
  };
}

function allLimits(policy: Policy): readonly Limit[] {
  return [policy.allTools, ...policy.tools.values()].flatMap((rules) => rules.limits);
}
