import type { SqlRoom } from '../sql/index.ts';
import { transact } from './driver.ts';
import { guarded, type Room } from './room.ts';
import { runNow } from './run.ts';
import { snapshotOf } from './snapshot.ts';

/** Calls wait for the same thread. */
const PACE = { stepMs: 4, mostRows: 20_000, evenRows: 200 } as const;

/** Work is done before its promise is there: transactions are short, and stand between two groups of the journal. */
export function sqlRoomOf(room: Room): SqlRoom {
  const { audit, clock, database, file, vault, writes } = room;
  return {
    clock,
    pace: PACE,
    vault,
    fingerprint: (secret) => audit.fingerprint(secret),
    read: async (work) => guarded(room, () => runNow(database, work())),
    write: async (work) => guarded(room, () => transact(database, () => runNow(database, work(), writes))),
    snapshot: (read) => snapshotOf(file, read),
    note: (act) => audit.note(act),
    databases: () => 1,
    watch: (tables) => {
      const look = () => `${database.pragma('data_version', { simple: true })} ${writes.count(tables)}`;
      let seen = guarded(room, look);
      return () => {
        const now = guarded(room, look);
        const isNews = now !== seen;
        seen = now;
        return isNews;
      };
    },
    // SQLite says at once what others have committed.
    look: async () => undefined,
  };
}
