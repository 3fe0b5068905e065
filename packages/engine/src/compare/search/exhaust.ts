import type { CompiledPolicy } from '../../decide/compile.ts';
import { decide } from '../../decide/decide.ts';
import type { Call, Decision, Demand } from '../../decide/decision.ts';
import { grantedDecision, limitDecision } from '../../decide/final.ts';
import { type Ledgers, openLedgers, peekAll, reserveAll } from '../../limits/index.ts';
import type { Limit, Micros } from '../../policy.ts';
import { ROUNDS_MAX } from '../bounds.ts';
import { type Earlier, letsMoreThrough, type Witness } from '../witness.ts';

type Both = { readonly before: CompiledPolicy; readonly after: CompiledPolicy };
type Exhausting = {
  readonly both: Both;
  readonly limit: Limit;
  /** Asked before each round; false when enough was done. */
  readonly isAffordable: () => boolean;
};

/**
 * Makes one call again and again until the earlier policy's limit refuses it, and asks whether the later one does then, at once
 * and at the last moment of that refusal. First with counters of its own, then with those that the earlier policy leaves.
 */
export function exhaust(call: Call, exhausting: Exhausting): Witness | undefined {
  for (const under of ['both', 'before'] as const) {
    const filled = fill(call, under, exhausting);
    if (filled === undefined) continue;
    for (const atMs of filled.refusedAt) {
      const found = look({ ...call, nowMs: atMs }, filled, exhausting.both);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

type Counters = { readonly before: Ledgers; readonly after: Ledgers };
type Filled = {
  readonly counters: Counters;
  readonly earlier: Earlier;
  readonly refusedAt: readonly number[];
};

/** Fills the counters as far as the limit lets calls through; undefined where it never refuses. */
function fill(
  call: Call,
  under: Earlier['under'],
  { both, limit, isAffordable }: Exhausting,
): Filled | undefined {
  const own = openLedgers();
  const counters = { before: own, after: under === 'both' ? openLedgers() : own };
  const isRunning = limit.kind === 'concurrent';
  const calls: { atMs: number; times: number }[] = [];
  let atMs = call.nowMs;
  let most = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const asked = { ...call, nowMs: atMs };
    const demands = demandsOf(both.before, asked);
    if (demands === undefined || !isAffordable()) return undefined;
    const result = peekAll(counters.before, demands, atMs);
    if (!result.ok && result.refused.rule === limit.id) {
      const last = atMs + Math.max(0, isRunning ? 0 : result.retryAfterMs - 1);
      return { counters, earlier: { call, calls, under, isRunning }, refusedAt: [atMs, last] };
    }
    if (!result.ok) {
      const used = result.usage.find(({ rule }) => rule === limit.id)?.before ?? 0;
      // Where waiting for other limits forgets as much as it lets through, the counter never fills.
      if (result.retryAfterMs === 0 || isRunning || used <= most) return undefined;
      most = used;
      atMs += result.retryAfterMs;
      continue;
    }
    const later = under === 'both' ? demandsOf(both.after, asked) : [];
    if (later === undefined) return undefined;
    const times = take({ demands, later, isRunning, atMs }, counters);
    if (times === 0) return undefined;
    calls.push({ atMs, times });
  }
  return undefined;
}

/** What a call that is let through, or would be once somebody approves it, asks of counters. */
function demandsOf(policy: CompiledPolicy, call: Call): readonly Demand[] | undefined {
  const { decision, demands } = decide(policy, call);
  return decision.outcome === 'allow' || decision.outcome === 'approve' ? demands : undefined;
}

type Taking = {
  readonly demands: readonly Demand[];
  readonly later: readonly Demand[];
  readonly isRunning: boolean;
  readonly atMs: number;
};

/** Counts as many calls as fit at one moment under both policies; 0 when none does, or when calls count nothing. */
function take({ demands, later, isRunning, atMs }: Taking, counters: Counters): number {
  const most = isRunning ? 1 : timesOf(demands);
  for (let times = most; times >= 1; times = Math.floor(times / 2)) {
    const [own, others] = [scaled(demands, times, isRunning), scaled(later, times, isRunning)];
    if (!peekAll(counters.before, own, atMs).ok || !peekAll(counters.after, others, atMs).ok) continue;
    reserveAll(counters.before, own, atMs);
    reserveAll(counters.after, others, atMs);
    return times;
  }
  return 0;
}

/** How often a call may fit at one moment. Where two limits share a counter calls are counted one by one. */
function timesOf(demands: readonly Demand[]): number {
  const windows = demands.filter((demand) => demand.kind === 'window' && demand.amount > 0);
  if (windows.length === 0) return 0;
  if (new Set(windows.map(({ key }) => key)).size < windows.length) return 1;
  return Math.min(
    ...windows.map((demand) => (demand.kind === 'window' ? Math.floor(demand.max / demand.amount) : 1)),
  );
}

/** What several equal calls take of windows, at one moment. Calls in flight matter only where they are what is limited. */
function scaled(demands: readonly Demand[], times: number, isRunning: boolean): readonly Demand[] {
  return demands.flatMap((demand): Demand[] => {
    if (demand.kind === 'concurrent') return isRunning ? [demand] : [];
    // Within `max`, which is an amount, since so many calls fit.
    return [{ ...demand, amount: (demand.amount * times) as Micros }];
  });
}

function look(call: Call, { counters, earlier }: Filled, { before, after }: Both): Witness | undefined {
  const [was, is] = [
    decideLooking(before, call, counters.before),
    decideLooking(after, call, counters.after),
  ];
  if (was.outcome !== 'limit' || !letsMoreThrough(is, was)) return undefined;
  return { kind: 'call', call, before: was, after: is, earlier };
}

/** Decides with counters as they are, and takes nothing. */
function decideLooking(policy: CompiledPolicy, call: Call, ledgers: Ledgers): Decision {
  const judgement = decide(policy, call);
  const { outcome } = judgement.decision;
  if (outcome !== 'allow' && outcome !== 'approve') return judgement.decision;
  const result = peekAll(ledgers, judgement.demands, call.nowMs);
  return result.ok ? grantedDecision(judgement, result) : limitDecision(judgement, result);
}
