import { randomUUID } from 'node:crypto';
import type { NewOutboxEvent, OutboxEvent } from '../contract.ts';
import { build } from './tables.ts';
import { all, change, type Work } from './work.ts';

/** Has others told of what the same transaction changes. */
export function* tellOthers({ about, atMs, kind }: NewOutboxEvent): Work<void> {
  const row = { id: randomUUID(), kind, at: atMs, record: JSON.stringify(about) };
  yield* change(build.insertInto('approval_events').values(row));
}

/** Of which nobody was told yet. */
export function* oldestEvents(limit: number): Work<readonly OutboxEvent[]> {
  const oldest = build.selectFrom('approval_events').selectAll().orderBy('at').limit(limit);
  // A cast: only `tellOthers` writes this table.
  return (yield* all(oldest)).map(
    ({ at, id, kind, record }) => ({ id, kind, atMs: at, about: JSON.parse(record) }) as OutboxEvent,
  );
}
