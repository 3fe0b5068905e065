import type { DecisionRow } from '../../store/index.ts';
import type { AgentRequest } from '../request.ts';
import { tellDecision } from '../spans.ts';

/** A row of this request stands in the log: it is counted, and the request's span says what was decided. */
export function seen({ context, watch }: AgentRequest, row: DecisionRow | undefined): void {
  if (row === undefined) return;
  context.telemetry.meter.decided(row);
  if (watch.span !== undefined) tellDecision(watch.span, row);
}
