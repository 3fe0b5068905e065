import { name } from '../../decide/words.ts';
import { fromMicros } from '../../limits/index.ts';
import type { Limit, Policy, Scope, WindowLimit } from '../../policy.ts';
import { type Cover, coverOf, isCovered, type Proving } from './covered.ts';
import type { Doubt } from './doubt.ts';
import { countsWhen } from './formula.ts';
import type { Pair, Region } from './region.ts';

type Asked = { readonly pair: Pair; readonly region: Region; readonly refusing: readonly Cover[] };

/**
 * Limits of the earlier policy that no limit of the later one is at least as strict as, whatever the counters hold. Two are
 * compared where counter, scope and sort are the same, and: rolling windows that are as long or longer, calendar windows of the
 * same unit and time zone, or a rolling window in place of a calendar one in UTC; the same or a greater fixed increment, or one
 * from the same argument; a `max` that is not greater; and `when` holds wherever it held.
 */
export function doubtLimits({ pair, region, refusing }: Asked, proving: Proving): readonly Doubt[] {
  const later = limitsOf(pair.after, region.after);
  const lastOf = new Map<string, number>();
  return limitsOf(pair.before, region.before).flatMap((limit) => {
    const counts = countsWhen(limit.when, pair.before);
    const isAsStrict = (other: Limit): boolean =>
      covers(other, limit, pair) &&
      isCovered(counts, [coverOf([countsWhen(other.when, pair.after)]), ...refusing], proving);
    // Two limits on one counter both count, the first before the second: each needs its own, in the same order.
    const from = lastOf.get(limit.counter) ?? -1;
    const at = later.findIndex((other, index) => index > from && isAsStrict(other));
    if (at < 0) return [doubtOf(limit, later, { counts, region })];
    lastOf.set(limit.counter, at);
    const isForgiving = later[at]?.onStoreError === 'allow' && limit.onStoreError === 'deny';
    return isForgiving ? [forgiving(limit, { counts, region })] : [];
  });
}

export function limitsOf({ allTools }: Policy, applied: Region['before']): readonly Limit[] {
  return [...allTools.limits, ...(applied?.entry.limits ?? [])];
}

type Context = { readonly counts: ReturnType<typeof countsWhen>; readonly region: Region };

function doubtOf(limit: Limit, later: readonly Limit[], { counts, region }: Context): Doubt {
  const same = later.filter(({ counter }) => counter === limit.counter);
  return {
    about: { kind: 'limit', limit, counts },
    pointer: limit.id,
    what: `the limit ${name(limit.counter)} ${describe(limit, same)}`,
    regions: [region],
  };
}

/** What became of a limit, as far as one word says it. */
function describe(limit: Limit, same: readonly Limit[]): string {
  const [other] = same;
  if (other === undefined) return 'is gone';
  const [was, is] = [mostOf(limit), mostOf(other)];
  if (same.length > 1 || other.kind !== limit.kind) return 'is no longer the same';
  if (is > was) return `lets ${is} through, where it let ${was} through`;
  if (scopeKey(other.scope) !== scopeKey(limit.scope)) return 'counts for each of something else';
  if (other.kind === 'window' && limit.kind === 'window') {
    const [longer, shorter] = [limit, other].map(({ reset, window }) => `${reset} ${window.text}`);
    if (longer !== shorter) return `counts by ${shorter}, where it counted by ${longer}`;
  }
  return 'counts fewer calls, or less for each';
}

/** In units, or calls in flight. */
function mostOf(limit: Limit): number {
  return limit.kind === 'window' ? fromMicros(limit.max) : limit.concurrent;
}

function forgiving(limit: Limit, { counts, region }: Context): Doubt {
  return {
    about: { kind: 'store_error', limit, counts },
    pointer: limit.id,
    what: `the limit ${name(limit.counter)} lets calls through while its counter cannot be read`,
    regions: [region],
  };
}

/** Whether a limit refuses at least what another one refuses, of calls that both count, and counts at least as much. */
function covers(other: Limit, limit: Limit, pair: Pair): boolean {
  if (other.counter !== limit.counter || scopeKey(other.scope) !== scopeKey(limit.scope)) return false;
  if (limit.kind === 'concurrent') return other.kind === 'concurrent' && other.concurrent <= limit.concurrent;
  return (
    other.kind === 'window' &&
    other.max <= limit.max &&
    countsAsMuch(other, limit) &&
    lastsAsLong(other, limit, pair)
  );
}

function scopeKey(scope: readonly Scope[]): string {
  const texts = scope.map((one) => (typeof one === 'string' ? one : one.text));
  return JSON.stringify(texts.toSorted());
}

function countsAsMuch({ increment: other }: WindowLimit, { increment }: WindowLimit): boolean {
  if (other.kind === 'fixed') return increment.kind === 'fixed' && other.amount >= increment.amount;
  return increment.kind === 'from' && other.path.text === increment.path.text;
}

function lastsAsLong(other: WindowLimit, limit: WindowLimit, { before, after }: Pair): boolean {
  if (other.reset === 'rolling') {
    // A day may last 25 hours where clocks are put back; a rolling month is as long as the longest.
    if (limit.reset === 'calendar' && before.timeZone !== 'UTC') return false;
    return other.window.ms >= limit.window.ms;
  }
  return (
    limit.reset === 'calendar' &&
    other.window.unit === limit.window.unit &&
    after.timeZone === before.timeZone
  );
}
