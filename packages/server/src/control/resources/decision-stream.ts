import { STREAM_EVENTS_AT_ONCE, STREAM_UNFINISHED } from '../../limits/index.ts';
import type { DecisionLog, LogFilter } from '../../store/index.ts';
import type { StreamedEvent } from '../frame/index.ts';
import { showDecision } from './decision-answer.ts';

/**
 * Follows the log behind a place. A request that is still under way is told at once, and what became of it later; that event has
 * no id, so that who comes again goes on behind the newest decision.
 */
export function followDecisions(
  log: Pick<DecisionLog, 'page' | 'outcomes'>,
  filter: Omit<LogFilter, 'limit' | 'before' | 'after'>,
  from: number,
): () => Promise<readonly StreamedEvent[]> {
  let after = from;
  const unfinished = new Set<number>();
  return async () => {
    const events: StreamedEvent[] = [];
    if (unfinished.size > 0)
      for (const [cursor, fate] of await log.outcomes([...unfinished])) {
        unfinished.delete(cursor);
        events.push({ name: 'fate', data: { cursor, fate } });
      }
    const page = await log.page({ ...filter, after, limit: STREAM_EVENTS_AT_ONCE });
    after = page.newer;
    for (const entry of page.entries) {
      if (entry.row.forwarded && entry.outcomeRow === undefined) unfinished.add(entry.cursor);
      events.push({ name: 'decision', id: String(entry.cursor), data: showDecision(entry) });
    }
    for (const oldest of unfinished) {
      if (unfinished.size <= STREAM_UNFINISHED) break;
      unfinished.delete(oldest);
    }
    return events;
  };
}
