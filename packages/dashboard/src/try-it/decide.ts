import {
  type Call,
  type CompiledPolicy,
  type Decision,
  type Demand,
  decide,
  fromMicros,
  limitDecision,
  openLedgers,
  peekAll,
} from '@boomgate/engine';

/** What a limit would take of a counter, if the call were made. */
type Taking = { readonly rule: string; readonly counter: string; readonly text: string };

export type Tried = { readonly decision: Decision; readonly takings: readonly Taking[] };

/** The decision as if nothing had been counted yet; a call that is over a limit alone is refused. Counts nothing. */
export function tryCall(compiled: CompiledPolicy, call: Call): Tried {
  const judgement = decide(compiled, call);
  const { outcome } = judgement.decision;
  if (outcome !== 'allow' && outcome !== 'approve') return { decision: judgement.decision, takings: [] };
  const room = peekAll(openLedgers(), judgement.demands, call.nowMs);
  return {
    decision: room.ok ? judgement.decision : limitDecision(judgement, room),
    takings: judgement.demands.map(takingOf),
  };
}

function takingOf(demand: Demand): Taking {
  const { counter, rule } = demand;
  if (demand.kind === 'concurrent')
    return { rule, counter, text: `would be one of at most ${demand.max} calls under way` };
  const amount = fromMicros(demand.amount);
  const most = `at most ${fromMicros(demand.max)}`;
  return { rule, counter, text: `would count ${amount} of ${most} ${spanOf(demand)}` };
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function spanOf({ reset, unit, windowMs }: Demand & { readonly kind: 'window' }): string {
  if (reset === 'calendar' && unit !== undefined) return `in each ${unit} of the calendar`;
  const [name, ms] = UNITS.find(([, one]) => windowMs % one === 0) ?? ['millisecond', 1];
  const count = windowMs / ms;
  return count === 1 ? `in any ${name}` : `in any ${count} ${name}s`;
}

/** What the decision means, in one sentence. */
export function sayDecision({ outcome }: Decision, tool: string): string {
  const sentences: Readonly<Record<Decision['outcome'], string>> = {
    allow: `A call of ${tool} goes through.`,
    deny: `A call of ${tool} is refused.`,
    hide: `The agent does not see a tool ${tool}.`,
    limit: `A call of ${tool} is refused: it exceeds a limit on its own.`,
    approve: `A call of ${tool} waits until a person has approved it.`,
  };
  return sentences[outcome];
}
