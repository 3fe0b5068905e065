import type { DecisionRow } from '../../store/index.ts';
import type { AgentRequest } from '../request.ts';
import { tellDecision } from '../spans.ts';
import { decisionRow, type RowDetails } from './row.ts';
import { tellOfRow } from './secrets.ts';

/** Rows of requests that were not refused, whatever became of them. */
const NO_REFUSAL: ReadonlySet<RowDetails['outcome']> = new Set(['served', 'error']);

/** Writes the row of a request that is not forwarded; gives its id. */
export async function record(request: AgentRequest, details: Omit<RowDetails, 'forwarded'>): Promise<string> {
  if (!NO_REFUSAL.has(details.outcome)) noteRefusal(request);
  const row = decisionRow(request, { ...details, forwarded: false });
  await request.context.store.journal.record(row);
  noteRow(request, row);
  return row.id;
}

/** A row of this request stands in the log: it is counted, and the request's span says what was decided. */
export function noteRow(request: AgentRequest, row: DecisionRow | undefined): void {
  if (row === undefined) return;
  const { context, watch } = request;
  context.telemetry.meter.decided(row);
  if (row.secrets !== undefined) tellOfRow(request, row);
  if (watch.span !== undefined) tellDecision(watch.span, row);
}

/** Counts towards the one rate at which a grant is turned away (gateway §5). */
export function noteRefusal({ context, grant, startedMs }: AgentRequest): void {
  context.refusals.note(grant.id, startedMs);
}
