import type { EndedSessions } from '../contract.ts';
import { build } from '../sql/tables.ts';
import { inTurn, type Room } from './room.ts';
import { change, rows } from './statements.ts';

export function openSessions(room: Room): EndedSessions {
  const { database, clock } = room;
  const all = build.selectFrom('ended_sessions').selectAll();
  const ended = new Map(rows(database, all).map(({ id, forget_at }) => [id, forget_at]));
  return {
    async end(id, forgetAtMs) {
      const nowMs = clock.wallMs();
      inTurn(room, () => {
        change(database, build.deleteFrom('ended_sessions').where('forget_at', '<=', nowMs));
        const row = { id, forget_at: forgetAtMs };
        change(
          database,
          build
            .insertInto('ended_sessions')
            .values(row)
            .onConflict((known) => known.column('id').doUpdateSet({ forget_at: forgetAtMs })),
        );
      });
      for (const [other, dueMs] of ended) if (dueMs <= nowMs) ended.delete(other);
      ended.set(id, forgetAtMs);
    },
    // One gateway has the file.
    refresh: async () => [],
    all: () => Array.from(ended, ([id, forgetAtMs]) => ({ id, forgetAtMs })),
    isEnded(id) {
      return (ended.get(id) ?? Number.NEGATIVE_INFINITY) > clock.wallMs();
    },
  };
}
