import { randomUUID } from 'node:crypto';
import { EVENT_KINDS, type NewOutboxEvent, type OutboxEvent } from '../contract.ts';
import { build } from './tables.ts';
import { all, change, type Work } from './work.ts';

/** Has others told of what the same transaction changes. */
export function* tellOthers({ about, atMs, kind }: NewOutboxEvent): Work<void> {
  const row = { id: randomUUID(), kind, at: atMs, record: JSON.stringify(about) };
  yield* change(build.insertInto('approval_events').values(row));
}

/** Of which nobody was told yet. What another version of the gateway writes of other kinds waits for that one. */
export function* oldestEvents(limit: number): Work<readonly OutboxEvent[]> {
  const oldest = build
    .selectFrom('approval_events')
    .selectAll()
    .where('kind', 'in', EVENT_KINDS)
    .orderBy('at')
    .limit(limit);
  // A cast: only `tellOthers` writes this table.
  return (yield* all(oldest)).map(
    ({ at, id, kind, record }) => ({ id, kind, atMs: at, about: JSON.parse(record) }) as OutboxEvent,
  );
}
