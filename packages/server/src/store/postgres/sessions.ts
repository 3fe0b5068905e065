import type { EndedSession, EndedSessions } from '../contract.ts';
import { build, change, type SqlRoom } from '../sql/index.ts';
import type { Pool } from './pool.ts';
import { connected } from './room.ts';

type Row = { readonly id: string; readonly forget_at: number; readonly number: number };

/**
 * Sessions that agents ended, in memory. Each row has a number, in the order of commits, so that what others ended is read and no
 * more, however many there are.
 */
export async function openSessions(pool: Pool, room: SqlRoom): Promise<EndedSessions> {
  const changed = room.watch(['ended_sessions']);
  const wallMs = () => room.clock.wallMs();
  const ended = new Map<string, number>();
  let known = 0;
  let database = 0;
  let isStale = true;

  async function refresh(): Promise<readonly EndedSession[]> {
    await room.look();
    isStale = changed() || isStale;
    if (!isStale) return [];
    if (room.databases() !== database) known = 0;
    database = room.databases();
    const text = 'select id, forget_at, number from ended_sessions where number > $1 order by number';
    const { rows } = await connected(pool, (client) => client.query<Row>(text, [known]));
    isStale = false;
    const fresh = rows.filter(({ id }) => !ended.has(id));
    for (const { forget_at, id, number } of rows) {
      ended.set(id, forget_at);
      known = Math.max(known, number);
    }
    return fresh.map(({ forget_at, id }) => ({ id, forgetAtMs: forget_at }));
  }

  await refresh();
  return {
    refresh,
    async end(id, forgetAtMs) {
      const nowMs = wallMs();
      await room.write(function* () {
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
