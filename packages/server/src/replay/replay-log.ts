import {
  type EngineFunctions,
  type JsonObject,
  leftOutOfReplays,
  type Outcome,
  openReplay,
  type Policy,
  type RecordedCall,
  type ReplayFigures,
  ReplayTally,
  type ToolFacts,
} from '@boomgate/engine';
import type { DecisionRow } from '../store/index.ts';
import { ownTurn } from '../turns.ts';
import { DECIDING_MS, TURN_MS } from './bounds.ts';
import type { Recorded } from './recorded.ts';

/** What recorded calls are decided by. */
type ReplayBy = {
  readonly policy: Policy;
  readonly functions: EngineFunctions;
  /** As the server offers them now. */
  readonly tools: readonly ToolFacts[];
  /** Labels of grants as they are now, by id. */
  readonly labels: ReadonlyMap<string, JsonObject>;
};

export type ReplayReport = ReplayFigures & {
  readonly calls: number;
  readonly isComplete: boolean;
  /** Of the first and the last call; absent without any. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly leftOut: readonly string[];
};

const DECIDED: ReadonlySet<string> = new Set<Outcome>(['allow', 'deny', 'hide', 'limit', 'approve']);

/**
 * A policy held against recorded calls, in their order, with counters that begin at nothing: what it says of each, beside what was
 * said of it. A call that a person was asked for counts once, as one that asked. Of more than can be decided in time the newest.
 */
export async function replayLog(
  { isComplete, rows }: Recorded,
  by: ReplayBy,
  mostMs = DECIDING_MS,
): Promise<ReplayReport> {
  const all = rows.filter(isCall);
  const { calls, tally } = await newestInTime(all, by, mostMs);
  const [first, last] = [calls.at(0), calls.at(-1)];
  return {
    calls: calls.length,
    isComplete: isComplete && calls.length === all.length,
    ...(first === undefined || last === undefined ? {} : { fromMs: first.atMs, toMs: last.atMs }),
    ...tally.figures(),
    leftOut: leftOutOfReplays(by.policy),
  };
}

type Decided = { readonly calls: readonly DecidedRow[]; readonly tally: ReplayTally };

/** Counters take the oldest first, so that those that time was lost on are left out by beginning anew: with half of what was decided. */
async function newestInTime(all: readonly DecidedRow[], by: ReplayBy, mostMs: number): Promise<Decided> {
  for (let calls = all; ; ) {
    const tally = new ReplayTally();
    const decided = await decideInTurns(calls, { by, tally, mostMs });
    if (decided === calls.length) return { calls, tally };
    calls = calls.slice(-Math.ceil(decided / 2));
  }
}

type Deciding = { readonly by: ReplayBy; readonly tally: ReplayTally; readonly mostMs: number };

/** How many of the calls were decided in that time: of some always one. */
async function decideInTurns(calls: readonly DecidedRow[], { by, mostMs, tally }: Deciding): Promise<number> {
  const toCall = callsOf(by);
  const replay = openReplay(by.policy, by.functions);
  const overMs = performance.now() + mostMs;
  let endMs = performance.now() + TURN_MS;
  for (const [at, row] of calls.entries()) {
    tally.add({ id: row.id, tool: row.target, before: row.outcome }, replay(toCall(row)));
    if (performance.now() < endMs) continue;
    if (performance.now() >= overMs) return at + 1;
    await ownTurn();
    endMs = performance.now() + TURN_MS;
  }
  return calls.length;
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
