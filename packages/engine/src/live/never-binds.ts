import type { Limit, Path, Policy, Scope, WindowLimit } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { problem } from './covered.ts';

/** A limit that another one of its entry always reaches first, so that it refuses nothing by itself. */
export function checkNeverBinds(policy: Policy): readonly Problem[] {
  const entries = [...policy.tools.values()];
  const all = [policy.allTools, ...entries].flatMap(({ limits }) => limits);
  return entries.flatMap((entry) => {
    const own = entry.limits.filter((limit) => !isShared(limit, all));
    return own.flatMap((limit, index) => {
      const first = own.find((other, at) => {
        if (other === limit || !isReachedFirst(other, limit)) return false;
        // Of two that say the same, one is kept.
        return at < index || !isReachedFirst(limit, other);
      });
      if (first === undefined) return [];
      const message = `the limit ${said(first)} of this entry is always reached before this one, which can never refuse a call`;
      return [problem('warning', 'never_binds', { message, pointer: limit.id })];
    });
  });
}

/** Other calls fill its counter as well, or the same call does once more. */
function isShared(limit: Limit, all: readonly Limit[]): boolean {
  return all.some((other) => other !== limit && other.counter === limit.counter);
}

/** Whether every call that `loose` would refuse is refused by `tight`. False where that is not certain. */
function isReachedFirst(tight: Limit, loose: Limit): boolean {
  // One that applies to some calls alone, or gives way when the store cannot be asked, holds back nothing for certain.
  if (tight.when.length > 0 || tight.onStoreError === 'allow') return false;
  // What it counts together, the other counts together or in parts.
  if (!tight.scope.every((scope) => loose.scope.some((one) => isSame(one, scope)))) return false;
  if (tight.kind === 'concurrent' || loose.kind === 'concurrent')
    return tight.kind === 'concurrent' && loose.kind === 'concurrent' && tight.concurrent <= loose.concurrent;
  const most = mostIn(tight, loose);
  return most !== undefined && spans(tight, loose) * most <= loose.max;
}

/** What `loose` counts at most of the calls that one window of `tight` lets through; undefined when that has no bound. */
function mostIn(tight: WindowLimit, loose: WindowLimit): number | undefined {
  const [one, other] = [tight.increment, loose.increment];
  if (one.kind === 'fixed' && other.kind === 'fixed')
    return Math.floor(tight.max / one.amount) * other.amount;
  const isOnePath = one.kind === 'from' && other.kind === 'from' && isSame(one.path, other.path);
  return isOnePath ? tight.max : undefined;
}

/** So many windows of `tight` cover one of `loose`, wherever that begins. */
function spans(tight: WindowLimit, loose: WindowLimit): number {
  const whole = Math.ceil(longestOf(loose) / shortestOf(tight));
  const isAligned =
    tight.reset === 'rolling' || (loose.reset === 'calendar' && tight.window.unit === loose.window.unit);
  return isAligned ? whole : whole + 1;
}

const HOUR_MS = 3_600_000;
const SHORTEST_MONTH_MS = 28 * 24 * HOUR_MS;

/** By the calendar a day can have an hour more or less, in which one zone changes its time. */
function longestOf({ reset, window: { ms, unit } }: WindowLimit): number {
  return reset === 'calendar' && hasDays(unit) ? ms + HOUR_MS : ms;
}

function shortestOf({ reset, window: { ms, unit } }: WindowLimit): number {
  if (reset !== 'calendar' || !hasDays(unit)) return ms;
  return (unit === 'month' ? SHORTEST_MONTH_MS : ms) - HOUR_MS;
}

const hasDays = (unit: WindowLimit['window']['unit']): boolean =>
  unit === 'day' || unit === 'week' || unit === 'month';

const isSame = (one: Scope | Path, other: Scope | Path): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const said = ({ counter }: Limit): string => JSON.stringify(counter);
