import type { Clock } from '../limits/index.ts';
import type { DecisionLog, DecisionRow } from '../store/index.ts';
import { ownTurn } from '../turns.ts';
import { PERIOD_MS, READING_MS, REPLAYED_MAX, ROWS_IN_A_TURN } from './bounds.ts';

/** Which requests: those to one server, of one grant (id or name) or of all. */
export type Wanted = {
  readonly organization: string;
  readonly server: string;
  readonly grant?: string | undefined;
  /** A week before now, unless it is given. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
};

export type Recorded = {
  /** Oldest first. */
  readonly rows: readonly DecisionRow[];
  /** False when there are older ones in the period that were not looked at. */
  readonly isComplete: boolean;
};

/**
 * Reads what the log keeps of requests, the newest first, as far as its bounds go. Where a whole page is older than the period, so
 * is what comes before it, however the clock was set meanwhile.
 */
export async function readRecorded(log: DecisionLog, clock: Clock, wanted: Wanted): Promise<Recorded> {
  const { grant, organization, server, untilMs = Number.POSITIVE_INFINITY } = wanted;
  const { sinceMs = clock.wallMs() - PERIOD_MS } = wanted;
  const filter = { organization, server, limit: ROWS_IN_A_TURN, ...(grant === undefined ? {} : { grant }) };
  const endMs = clock.monotonicMs() + READING_MS;
  const rows: DecisionRow[] = [];
  let before: number | undefined;
  do {
    const page = await log.page({ ...filter, ...(before === undefined ? {} : { before }) });
    const since = page.entries.map(({ row }) => row).filter(({ atMs }) => atMs >= sinceMs);
    rows.push(...since.filter(({ atMs }) => atMs <= untilMs).reverse());
    before = since.length === 0 && page.entries.length > 0 ? undefined : page.older;
    await ownTurn();
  } while (before !== undefined && rows.length <= REPLAYED_MAX && clock.monotonicMs() < endMs);
  const isComplete = before === undefined && rows.length <= REPLAYED_MAX;
  return { rows: rows.slice(0, REPLAYED_MAX).reverse(), isComplete };
}
