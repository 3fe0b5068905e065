import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../driver.ts';

/** Rows that one statement looks at or deletes. */
const STEP_ROWS = 1_000;

/**
 * Deletes those of `candidates` that no decision refers to any more. The caller makes sure beforehand that none of them is
 * remembered for new decisions.
 */
export async function deleteCallers(
  database: Database,
  candidates: Set<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const inStep = database.prepare<{ readonly caller: number; readonly last: number }>(
    'select caller, max(cursor) as last from (select cursor, caller from decisions where cursor > ? order by cursor limit ?) group by caller',
  );
  let cursor = 0;
  while (candidates.size > 0) {
    if (signal?.aborted === true) return;
    const found = inStep.all(cursor, STEP_ROWS);
    if (found.length === 0) break;
    for (const { caller, last } of found) {
      candidates.delete(caller);
      cursor = Math.max(cursor, last);
    }
    await nextTurn();
  }
  const remove = database.prepare('delete from callers where id = ?');
  database.pragma('secure_delete = on');
  try {
    for (const id of candidates) remove.run(id);
  } finally {
    database.pragma('secure_delete = off');
  }
}
