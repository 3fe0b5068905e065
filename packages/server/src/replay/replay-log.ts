import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EngineFunctions,
  type JsonObject,
  limitsOf,
  type Outcome,
  openReplay,
  type Policy,
  type RecordedCall,
  type Replayed,
  type ToolFacts,
} from '@boomgate/engine';
import type { DecisionRow } from '../store/index.ts';
import { LINES_MAX, TURN_MS } from './bounds.ts';
import type { Recorded } from './recorded.ts';

/** What recorded calls are decided by. */
export type ReplayBy = {
  readonly policy: Policy;
  readonly functions: EngineFunctions;
  /** As the server offers them now. */
  readonly tools: readonly ToolFacts[];
  /** Labels of grants as they are now, by id. */
  readonly labels: ReadonlyMap<string, JsonObject>;
};

/** What becomes of calls: `same` as it was, or `unknown` as it depends on what the log does not keep. */
export type Effect = 'same' | 'newly_allowed' | 'newly_denied' | 'newly_limited' | 'newly_asked' | 'unknown';

export type ReplayReport = {
  readonly calls: number;
  readonly isComplete: boolean;
  /** Of the first and the last call; absent without any. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly counts: Readonly<Record<Effect, number>>;
  /** What changes or is unknown, the most frequent first. */
  readonly lines: readonly ReplayLine[];
  /** Lines that had no room. */
  readonly more: number;
  /** Rules that were left out: limits on calls in flight. */
  readonly leftOut: readonly string[];
};

/** Calls of one tool that one thing becomes of. */
export type ReplayLine = {
  readonly effect: Exclude<Effect, 'same'>;
  readonly tool: string;
  /** How they were decided. */
  readonly before: Outcome;
  /** The rule that refuses or asks; empty where none does or it is not known. */
  readonly rule: string;
  readonly calls: number;
  /** Id of the newest such decision. */
  readonly example: string;
};

const DECIDED: ReadonlySet<string> = new Set<Outcome>(['allow', 'deny', 'hide', 'limit', 'approve']);

/**
 * A policy held against recorded calls, in their order, with counters that begin at nothing: what it says of each, beside what was
 * said of it. A call that a person was asked for counts once, as one that asked.
 */
export async function replayLog({ isComplete, rows }: Recorded, by: ReplayBy): Promise<ReplayReport> {
  const calls = rows.filter(isCall);
  const toCall = callsOf(by);
  const replay = openReplay(by.policy, by.functions);
  const tally = new Tally();
  let endMs = performance.now() + TURN_MS;
  for (const row of calls) {
    tally.add(row, replay(toCall(row)));
    if (performance.now() < endMs) continue;
    await nextTurn();
    endMs = performance.now() + TURN_MS;
  }
  const [first, last] = [calls.at(0), calls.at(-1)];
  return {
    calls: calls.length,
    isComplete,
    ...(first === undefined || last === undefined ? {} : { fromMs: first.atMs, toMs: last.atMs }),
    ...tally.report(),
    leftOut: limitsOf(by.policy).flatMap(({ id, kind }) => (kind === 'concurrent' ? [id] : [])),
  };
}

type DecidedRow = DecisionRow & { readonly outcome: Outcome };

/** A call that was let through by an approval is in the log before, when it asked for it. */
function isCall(row: DecisionRow): row is DecidedRow {
  const isRepeat = row.approval !== undefined && row.outcome === 'allow';
  return row.method === 'tools/call' && DECIDED.has(row.outcome) && !isRepeat;
}

function callsOf({ labels, tools }: ReplayBy): (row: DecisionRow) => RecordedCall {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return (row) => ({
    tool: byName.get(row.target) ?? { name: row.target, annotations: {} },
    argKeys: row.argKeys,
    grant: { id: row.grantId, name: row.grantName, labels: labels.get(row.grantId) ?? {} },
    server: { id: row.server, name: row.server },
    organization: row.organization,
    session: row.session === '' ? row.grantId : row.session,
    client: clientIn(row.client),
    nowMs: row.atMs,
  });
}

/** The log keeps name and version as one text; versions have no blanks. */
function clientIn(line: string): RecordedCall['client'] {
  const blank = line.lastIndexOf(' ');
  if (line === '') return {};
  return blank < 0 ? { name: line } : { name: line.slice(0, blank), version: line.slice(blank + 1) };
}

const EFFECTS = {
  allow: 'newly_allowed',
  deny: 'newly_denied',
  hide: 'newly_denied',
  limit: 'newly_limited',
  approve: 'newly_asked',
} as const satisfies Record<Outcome, Effect>;

/** Counts what becomes of calls. */
class Tally {
  readonly #counts: Record<Effect, number> = {
    same: 0,
    newly_allowed: 0,
    newly_denied: 0,
    newly_limited: 0,
    newly_asked: 0,
    unknown: 0,
  };
  readonly #lines = new Map<string, ReplayLine>();

  add({ id, outcome, target }: DecidedRow, replayed: Replayed): void {
    const effect = effectOf(outcome, replayed);
    this.#counts[effect] += 1;
    if (effect === 'same') return;
    const rule = replayed.outcome === 'unknown' ? '' : replayed.rule;
    const key = JSON.stringify([effect, target, outcome, rule]);
    const calls = (this.#lines.get(key)?.calls ?? 0) + 1;
    this.#lines.set(key, { effect, tool: target, before: outcome, rule, calls, example: id });
  }

  report(): Pick<ReplayReport, 'counts' | 'lines' | 'more'> {
    const lines = [...this.#lines.values()].sort((one, other) => other.calls - one.calls);
    return {
      counts: this.#counts,
      lines: lines.slice(0, LINES_MAX),
      more: Math.max(0, lines.length - LINES_MAX),
    };
  }
}

function effectOf(before: Outcome, { outcome }: Replayed): Effect {
  if (outcome === 'unknown') return outcome;
  return EFFECTS[before] === EFFECTS[outcome] ? 'same' : EFFECTS[outcome];
}
