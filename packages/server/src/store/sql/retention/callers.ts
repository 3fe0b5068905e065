import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogOptions } from '../logs/options.ts';
import { build } from '../tables.ts';
import { all, change } from '../work.ts';

/** Rows that one statement looks at. */
const STEP_ROWS = 1_000;
/** Rows that one transaction deletes. */
const DELETED_ROWS = 200;

/** Deletes callers whom no decision refers to any more, and no gateway is about to. */
export async function deleteCallers(
  { erasing, forgotten, executor }: LogOptions,
  seen: ReadonlySet<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const unused = new Set(await forgotten?.(seen));
  let cursor = 0;
  while (unused.size > 0) {
    if (signal?.aborted === true) return;
    const next = build.selectFrom('decisions').select(['cursor', 'caller']).where('cursor', '>', cursor);
    const found = await executor.read(() => all(next.orderBy('cursor').limit(STEP_ROWS)));
    if (found.length === 0) break;
    for (const row of found) unused.delete(row.caller);
    cursor = found.at(-1)?.cursor ?? cursor;
    await nextTurn();
  }
  const ids = [...unused];
  for (let at = 0; at < ids.length; at += DELETED_ROWS) {
    if (signal?.aborted === true) return;
    const lot = build.deleteFrom('callers').where('id', 'in', ids.slice(at, at + DELETED_ROWS));
    await erasing(() => executor.write(() => change(lot)));
    await nextTurn();
  }
}
