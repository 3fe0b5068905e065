import type { LogEntry } from '@boomgate/server';
import { fitEnd, formatDuration, formatMoment, formatTime, textWidth, visible } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';
import { laidOut, layoutOf, padded, restRoom } from './one-or-two-lines.ts';
import { OUTCOME_WIDTH, printOutcome } from './outcome.ts';

const GRANT_WIDTH = 10;
const DURATION_WIDTH = 7;
/** Columns that the reason keeps at least when the request's name is long. */
const LEAST_REASON = 14;

/**
 * One request on one line of at most `width` columns: time, outcome, grant, server/target, why, how long. On a terminal with fewer columns
 * than a table needs the last three have a line of their own.
 */
export function logLine(entry: LogEntry, { width, paint, timeZone, nowMs }: TimedLook): string {
  const { row, outcomeRow } = entry;
  const outcome = printOutcome(row.outcome, paint, row.mode);
  const duration =
    outcomeRow === undefined
      ? row.forwarded
        ? '…'
        : ''
      : formatDuration(outcomeRow.gatewayMs + outcomeRow.upstreamMs);
  const time = timeOf(row.atMs, nowMs, timeZone);
  const layout = layoutOf(width);
  const grantWidth = layout.isNarrow ? layout.columns - time.length - OUTCOME_WIDTH - 2 : GRANT_WIDTH;
  const room = restRoom(layout, time.length + OUTCOME_WIDTH + GRANT_WIDTH + 2) - DURATION_WIDTH - 1;
  const target = visible(`${row.server}/${row.target === '' ? row.method : row.target}`);
  const why = fitEnd(reasonOf(entry), room - 1 - Math.min(textWidth(target), room - LEAST_REASON - 1));
  const targetRoom = room - (why === '' ? 0 : textWidth(why) + 1);
  const head = [
    paint.faint(time),
    padded(outcome.text, OUTCOME_WIDTH, outcome.paint),
    padded(visible(row.grantName), grantWidth, paint.name),
  ].join(' ');
  const what = padded(target, targetRoom) + (why === '' ? '' : ` ${paint.faint(why)}`);
  return laidOut(layout, head, `${what} ${duration.padStart(DURATION_WIDTH)}`);
}

/** The time of day, with the date unless it is today's. */
function timeOf(atMs: number, nowMs: number, timeZone: string): string {
  const moment = formatMoment(atMs, { nowMs, timeZone });
  const [date] = moment.split(' ');
  const isToday = formatTime(nowMs, timeZone).startsWith(`${date} `);
  return isToday ? moment.slice(6) : moment;
}

/**
 * That the grant ended meanwhile, which is rare and worth knowing; else the rule that decided, without what the line says anyway;
 * else what its result or arguments were noted for, or what became of a request that did not simply succeed.
 */
function reasonOf({ row, outcomeRow }: LogEntry): string {
  if (outcomeRow?.grantBecame !== undefined) return `grant ${outcomeRow.grantBecame} in flight`;
  if (row.rule !== '') return visible(row.rule.replace(`/tools/${row.target}/`, ''));
  if (outcomeRow?.resultFault !== undefined)
    return visible(
      outcomeRow.status === 'blocked' ? `blocked: ${outcomeRow.resultFault}` : outcomeRow.resultFault,
    );
  if (row.secrets !== undefined || outcomeRow?.secrets !== undefined) return 'held a secret';
  if (outcomeRow === undefined || outcomeRow.status === 'result') return '';
  return outcomeRow.status.replace('_', ' ');
}
