import { grantBehind } from '../../identity/index.ts';
import type { Admission, OutcomeRow } from '../../store/index.ts';
import type { AgentRequest } from '../request.ts';

/** What became of a request that was forwarded, and when it was sent and answered by the monotonic clock. */
export type Ending = {
  readonly fate: 'kept' | 'given_back';
  readonly outcome: Omit<OutcomeRow, 'upstreamMs' | 'gatewayMs' | 'grantBecame'>;
  readonly sentMs: number;
  readonly answeredMs: number;
};

/** Keeps or gives back what was taken for a request, and records and counts what became of it. */
export function settle(
  request: AgentRequest,
  admission: Admission,
  { answeredMs, fate, outcome, sentMs }: Ending,
): void {
  const { context, server, startedMs } = request;
  const upstreamMs = roundedMs(answeredMs - sentMs);
  const times = { upstreamMs, gatewayMs: roundedMs(sentMs - startedMs) };
  context.store.journal.settle(admission, fate, { ...outcome, ...times, ...grantBecame(request) });
  context.telemetry.meter.settled({ server: server.slug, status: outcome.status, ms: upstreamMs });
}

/** Without more digits than clocks are good for. */
function roundedMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

type Fact = Pick<OutcomeRow, 'grantBecame'>;

/** Of nearly every call; the same object for all. */
const STILL_GOOD: Fact = {};

/**
 * What the outcome of a forwarded request says of a grant that ended, or was paused or stopped, while the request was under way. Such a
 * request finishes: what the server did is done. Two look-ups in memory.
 */
function grantBecame({ context, pass }: AgentRequest): Fact {
  const grant = grantBehind(context.store.grants, pass.credential);
  if (grant === undefined) return { grantBecame: 'gone' };
  if (grant.state !== 'active') return { grantBecame: grant.state };
  if (context.registry(grant.organization).isStopped) return { grantBecame: 'stopped' };
  const { expiresAtMs } = grant;
  const isOver = expiresAtMs !== undefined && context.clock.wallMs() >= expiresAtMs;
  return isOver ? { grantBecame: 'expired' } : STILL_GOOD;
}
