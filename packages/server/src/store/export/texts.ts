import { escapeInvisible } from '@boomgate/contract/invisible';
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  DecisionLog,
  LogEntry,
  LogFilter,
  Span,
} from '../contract.ts';
import { type CsvFormat, csvRow, csvTitles, csvValues } from './csv.ts';
import { everyEntry, type Paged, type Unbounded } from './walk.ts';

export type ExportFormat = 'ndjson' | 'csv';

/** Lines, each with its end, of every decision that matches; for CSV the titles first. */
export function exportDecisions(
  log: DecisionLog,
  filter: Unbounded<LogFilter>,
  format: ExportFormat,
): AsyncGenerator<string> {
  return lines({ log, filter, columns: DECISION_COLUMNS }, format);
}

/** The same of acts. */
export function exportActs(
  log: AuditLog,
  filter: Unbounded<AuditFilter>,
  format: ExportFormat,
): AsyncGenerator<string> {
  return lines({ log, filter, columns: ACT_COLUMNS }, format);
}

type Source<Entry, Filter extends Span> = {
  readonly log: Paged<Entry, Filter>;
  readonly filter: Unbounded<Filter>;
  readonly columns: CsvFormat<Entry>;
};

async function* lines<Entry extends { readonly cursor: number }, Filter extends Span>(
  { columns, filter, log }: Source<Entry, Filter>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvRow(csvTitles(columns));
  for await (const entry of everyEntry(log, filter))
    yield format === 'csv'
      ? csvRow(csvValues(columns, entry))
      : `${escapeInvisible(JSON.stringify(entry))}\n`;
}

const moment = (ms: number): string => new Date(ms).toISOString();

const DECISION_COLUMNS: CsvFormat<LogEntry> = [
  ['cursor', ({ cursor }) => cursor],
  ['id', ({ row }) => row.id],
  ['time', ({ row }) => moment(row.atMs)],
  ['organization', ({ row }) => row.organization],
  ['server', ({ row }) => row.server],
  ['grant', ({ row }) => row.grantName],
  ['grant_id', ({ row }) => row.grantId],
  ['session', ({ row }) => row.session],
  ['client', ({ row }) => row.client],
  ['protocol', ({ row }) => row.protocol],
  ['method', ({ row }) => row.method],
  ['target', ({ row }) => row.target],
  ['outcome', ({ row }) => row.outcome],
  ['mode', ({ row }) => row.mode],
  ['rule', ({ row }) => row.rule],
  ['message', ({ row }) => row.message],
  ['policy', ({ row }) => row.policy],
  ['policy_version', ({ row }) => row.policyVersion],
  ['argument_keys', ({ row }) => row.argKeys.join(' ')],
  ['arguments_hash', ({ row }) => row.argsHash],
  ['forwarded', ({ row }) => row.forwarded],
  ['status', ({ outcomeRow }) => outcomeRow?.status],
  ['http_status', ({ outcomeRow }) => outcomeRow?.httpStatus],
  ['error_code', ({ outcomeRow }) => outcomeRow?.errorCode],
  ['upstream_ms', ({ outcomeRow }) => outcomeRow?.upstreamMs],
  ['gateway_ms', ({ outcomeRow }) => outcomeRow?.gatewayMs],
  ['bytes_in', ({ row }) => row.bytesIn],
  ['bytes_out', ({ outcomeRow }) => outcomeRow?.bytesOut],
  ['grant_became', ({ outcomeRow }) => outcomeRow?.grantBecame],
  ['result_fault', ({ outcomeRow }) => outcomeRow?.resultFault],
  ['approval', ({ row }) => row.approval],
  ['era', ({ row }) => row.era],
  ['address', ({ row }) => row.address],
  ['secrets', ({ row }) => row.secrets],
  ['result_secrets', ({ outcomeRow }) => outcomeRow?.secrets],
];

const ACT_COLUMNS: CsvFormat<AuditEntry> = [
  ['cursor', ({ cursor }) => cursor],
  ['id', ({ id }) => id],
  ['time', ({ atMs }) => moment(atMs)],
  ['organization', ({ organization }) => organization],
  ['actor_kind', ({ actor }) => actor.kind],
  ['actor_id', ({ actor }) => actor.id],
  ['actor', ({ actor }) => actor.name],
  ['via', ({ actor }) => actor.via],
  ['address', ({ actor }) => actor.address],
  ['action', ({ action }) => action],
  ['target_kind', ({ target }) => target.kind],
  ['target_id', ({ target }) => target.id],
  ['target', ({ target }) => target.name],
  ['before', ({ before }) => (before === undefined ? undefined : JSON.stringify(before))],
  ['after', ({ after }) => (after === undefined ? undefined : JSON.stringify(after))],
  ['decisions_link', ({ decisions }) => decisions.link],
  ['decisions_hash', ({ decisions }) => decisions.hash],
];
