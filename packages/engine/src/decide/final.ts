import { type Ledgers, peekAll, reserveAll, type Taken } from '../limits/index.ts';
import type { CompiledPolicy } from './compile.ts';
import { decide } from './decide.ts';
import type { Call, Decision, Demand, Judgement, ReserveResult, Step } from './decision.ts';
import { describeWait, joinSentences } from './words.ts';

type Granted = ReserveResult & { readonly ok: true };
type Refused = ReserveResult & { readonly ok: false };

/** The judgement with the counters as they are now that the store has taken, or for `approve` looked at, every demand. */
export function grantedDecision({ decision }: Judgement, { usage }: Granted): Decision {
  return { ...decision, usage };
}

/** The refusal that the counter store makes of a judgement. Without `retryAfterMs` when no wait helps. */
export function limitDecision({ decision }: Judgement, result: Refused): Decision {
  const { refused, retryAfterMs, usage } = result;
  return {
    outcome: 'limit',
    rule: refused.rule,
    message: limitMessage(refused, retryAfterMs),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    trace: decision.trace.map((step) => (step.rule === refused.rule ? fired(step) : step)),
    usage,
  };
}

function fired(step: Step): Step {
  return { ...step, outcome: 'fired' };
}

function limitMessage(refused: Demand, retryAfterMs: number): string {
  if (retryAfterMs > 0) return joinSentences(refused.message, `Try again in ${describeWait(retryAfterMs)}`);
  return joinSentences(refused.message, 'This call alone is over the limit, so waiting does not help');
}

/** A decision and what it took; `settleAll` ends or gives back. */
type Reserved = { readonly decision: Decision; readonly taken: readonly Taken[] };

/**
 * The whole of policy language §3 on counters in memory, at `call.nowMs`. A call that waits for approval takes nothing, and
 * is refused now if its limits would refuse it anyway.
 */
export function decideAndReserve(policy: CompiledPolicy | undefined, call: Call, ledgers: Ledgers): Reserved {
  const judgement = decide(policy, call);
  const { outcome } = judgement.decision;
  if (outcome !== 'allow' && outcome !== 'approve') return { decision: judgement.decision, taken: [] };
  const { result, taken } =
    outcome === 'approve'
      ? { result: peekAll(ledgers, judgement.demands, call.nowMs), taken: [] }
      : reserveAll(ledgers, judgement.demands, call.nowMs);
  if (!result.ok) return { decision: limitDecision(judgement, result), taken };
  const usage =
    outcome === 'approve' ? result.usage.map((one) => ({ ...one, after: one.before })) : result.usage;
  return { decision: grantedDecision(judgement, { ok: true, usage }), taken };
}

/** For simulators and previews that never settle a call. */
export function decideWithLedgers(
  policy: CompiledPolicy | undefined,
  call: Call,
  ledgers: Ledgers,
): Decision {
  return decideAndReserve(policy, call, ledgers).decision;
}
