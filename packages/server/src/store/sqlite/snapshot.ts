import type { Compilable } from 'kysely';
import { ownTurn } from '../../turns.ts';
import type { Snapshot } from '../sql/index.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { runNow } from './run.ts';

const BUSY_MS = 5_000;

/** Milliseconds of a walk after which others have their turn. */
const STEP_MS = 4;

/**
 * Reads on a connection of its own, so that the journal's is never kept waiting, and within one read transaction, so that what is
 * written or deleted meanwhile is in all parts of it or in none.
 */
export async function snapshotOf<Result>(
  file: string,
  read: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  let own: Database | undefined;
  try {
    own = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
    own.exec('begin');
    return await read(snapshotIn(own));
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    own?.close();
  }
}

export function snapshotIn(database: Database): Snapshot {
  return {
    ask: async (work) => runNow(database, work),
    async *walk<Row>(query: Compilable<Row>) {
      const { parameters, sql } = query.compile();
      let sinceMs = performance.now();
      for (const row of database.prepare<Row>(sql).iterate(...parameters)) {
        yield row;
        if (performance.now() - sinceMs < STEP_MS) continue;
        await ownTurn();
        sinceMs = performance.now();
      }
    },
  };
}
