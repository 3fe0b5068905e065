import type { EndedSessions } from '../contract.ts';
import type { SqlExecutor } from './executor.ts';
import { build } from './tables.ts';
import { all, change } from './work.ts';

/** For the one process that has the database: what was there when it opened it, and what it ends. */
export async function openSessions(executor: SqlExecutor): Promise<EndedSessions> {
  const rows = await executor.read(() => all(build.selectFrom('ended_sessions').select(['id', 'forget_at'])));
  const ended = new Map(rows.map(({ forget_at, id }) => [id, forget_at]));
  return { ...sessionsIn(ended, executor), refresh: async () => [] };
}

/** Sessions that agents ended, in memory, by their ids: when each may be forgotten. What is ended here is written before it is there. */
export function sessionsIn(
  ended: Map<string, number>,
  executor: SqlExecutor,
): Omit<EndedSessions, 'refresh'> {
  const wallMs = () => executor.clock.wallMs();
  return {
    async end(id, forgetAtMs) {
      const nowMs = wallMs();
      await executor.write(function* () {
        yield* change(build.deleteFrom('ended_sessions').where('forget_at', '<=', nowMs));
        const insert = build.insertInto('ended_sessions').values({ id, forget_at: forgetAtMs });
        yield* change(insert.onConflict((one) => one.column('id').doUpdateSet({ forget_at: forgetAtMs })));
      });
      for (const [other, dueMs] of ended) if (dueMs <= nowMs) ended.delete(other);
      ended.set(id, forgetAtMs);
    },
    all: () => Array.from(ended, ([id, forgetAtMs]) => ({ id, forgetAtMs })),
    isEnded: (id) => (ended.get(id) ?? Number.NEGATIVE_INFINITY) > wallMs(),
  };
}
