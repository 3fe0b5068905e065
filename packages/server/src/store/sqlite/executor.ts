import type { Clock } from '../../limits/index.ts';
import type { Vault } from '../contract.ts';
import type { AuditChain, SqlExecutor, Writes } from '../sql/index.ts';
import { type Database, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import { runNow } from './run.ts';
import { snapshotOf } from './snapshot.ts';

type SqliteExecutorOptions = {
  readonly database: Database;
  /** The path of its file. */
  readonly file: string;
  readonly clock: Clock;
  readonly audit: AuditChain;
  readonly vault: Vault;
  /** What this process wrote, for those who watch tables. */
  readonly writes: Writes;
};

/** Calls wait for the same thread. */
const PACE = { stepMs: 4, mostRows: 20_000, evenRows: 200 } as const;

/** Work is done before its promise is there: transactions are short, and stand between two groups of the journal. */
export function sqliteExecutor({
  audit,
  clock,
  database,
  file,
  vault,
  writes,
}: SqliteExecutorOptions): SqlExecutor {
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, file);
    }
  };
  const requireTransaction = (): void => {
    if (!database.inTransaction) throw new TypeError('expected an open transaction, found none');
  };
  return {
    clock,
    pace: PACE,
    vault: {
      // Whoever changes the keys looks within a transaction for texts that an older key has sealed: none is written behind its back.
      seal(place, text) {
        requireTransaction();
        return vault.seal(place, text);
      },
      open: (place, sealed) => vault.open(place, sealed),
    },
    fingerprint: (secret) => audit.fingerprint(secret),
    read: async (work) => guarded(() => runNow(database, work())),
    write: async (work, note) =>
      guarded(() => transact(database, () => runNow(database, audit.noted(work, note), writes))),
    snapshot: (read) => snapshotOf(file, read),
    *note(act) {
      requireTransaction();
      return yield* audit.note(act);
    },
    databases: () => 1,
    watch: (tables) => {
      const look = () => `${database.pragma('data_version', { simple: true })} ${writes.count(tables)}`;
      let seen = guarded(look);
      return () => {
        const now = guarded(look);
        const isNews = now !== seen;
        seen = now;
        return isNews;
      };
    },
    // SQLite says at once what others have committed.
    look: async () => undefined,
  };
}
