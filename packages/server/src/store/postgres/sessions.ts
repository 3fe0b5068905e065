import type { EndedSession, EndedSessions } from '../contract.ts';
import { all, build, type SqlExecutor, sessionsIn } from '../sql/index.ts';

const tables = build.withTables<{ ended_sessions: { id: string; forget_at: number; number: number } }>();

/** Each row has a number, in the order of commits, so that what other replicas ended is read and no more, however much there is. */
export async function openSessions(executor: SqlExecutor): Promise<EndedSessions> {
  const changed = executor.watch(['ended_sessions']);
  const ended = new Map<string, number>();
  let known = 0;
  let database = 0;
  let isStale = true;

  async function refresh(): Promise<readonly EndedSession[]> {
    await executor.look();
    isStale = changed() || isStale;
    if (!isStale) return [];
    if (executor.databases() !== database) known = 0;
    database = executor.databases();
    const later = tables.selectFrom('ended_sessions').selectAll().where('number', '>', known);
    const rows = await executor.read(() => all(later.orderBy('number')));
    isStale = false;
    const fresh = rows.filter(({ id }) => !ended.has(id));
    for (const { forget_at, id, number } of rows) {
      ended.set(id, forget_at);
      known = Math.max(known, number);
    }
    return fresh.map(({ forget_at, id }) => ({ id, forgetAtMs: forget_at }));
  }

  await refresh();
  return { ...sessionsIn(ended, executor), refresh };
}
