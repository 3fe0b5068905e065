import { limitsOf, type Outcome } from '../decide/index.ts';
import type { Policy } from '../policy.ts';
import type { Replayed } from './replay.ts';

/** What becomes of a call: `same` as it was, or `unknown` as it depends on what the log does not keep. */
export type ReplayEffect =
  | 'same'
  | 'newly_denied'
  | 'newly_limited'
  | 'newly_asked'
  | 'newly_allowed'
  | 'unknown';

/** A call that was replayed, and how it was decided when it was made. */
export type ReplayedCall = { readonly id: string; readonly tool: string; readonly before: Outcome };

/** Calls of one tool that one thing becomes of. */
export type ReplayLine = {
  readonly effect: Exclude<ReplayEffect, 'same'>;
  readonly tool: string;
  readonly before: Outcome;
  /** The rule that refuses or asks; empty where none does or it is not known. */
  readonly rule: string;
  readonly calls: number;
  /** Id of the newest of them. */
  readonly example: string;
};

export type ReplayFigures = {
  readonly counts: Readonly<Record<ReplayEffect, number>>;
  /** What changes or is unknown, the most frequent first. */
  readonly lines: readonly ReplayLine[];
  /** Lines that had no room. */
  readonly more: number;
};

const LINES_MAX = 100;

const EFFECTS = {
  allow: 'newly_allowed',
  deny: 'newly_denied',
  hide: 'newly_denied',
  limit: 'newly_limited',
  approve: 'newly_asked',
} as const satisfies Record<Outcome, ReplayEffect>;

/** Counts what becomes of calls, oldest first. */
export class ReplayTally {
  readonly #counts: Record<ReplayEffect, number> = {
    same: 0,
    newly_denied: 0,
    newly_limited: 0,
    newly_asked: 0,
    newly_allowed: 0,
    unknown: 0,
  };
  readonly #lines = new Map<string, ReplayLine>();

  add({ before, id, tool }: ReplayedCall, replayed: Replayed): void {
    const effect = effectOf(before, replayed);
    this.#counts[effect] += 1;
    if (effect === 'same') return;
    const rule = replayed.outcome === 'unknown' ? '' : replayed.rule;
    const key = JSON.stringify([effect, tool, before, rule]);
    const calls = (this.#lines.get(key)?.calls ?? 0) + 1;
    this.#lines.set(key, { effect, tool, before, rule, calls, example: id });
  }

  figures(): ReplayFigures {
    const lines = [...this.#lines.values()].sort((one, other) => other.calls - one.calls);
    const more = Math.max(0, lines.length - LINES_MAX);
    return { counts: this.#counts, lines: lines.slice(0, LINES_MAX), more };
  }
}

/** The rules that a replay leaves out: limits on calls in flight. */
export function leftOutOfReplays(policy: Policy): readonly string[] {
  return limitsOf(policy).flatMap(({ id, kind }) => (kind === 'concurrent' ? [id] : []));
}

function effectOf(before: Outcome, { outcome }: Replayed): ReplayEffect {
  if (outcome === 'unknown') return outcome;
  return EFFECTS[before] === EFFECTS[outcome] ? 'same' : EFFECTS[outcome];
}
