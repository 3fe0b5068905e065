import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogOptions } from '../logs/options.ts';
import { build } from '../tables.ts';
import { all, change } from '../work.ts';

/** Rows that one statement looks at. */
const STEP_ROWS = 1_000;

/** Deletes those of `candidates` that no decision refers to any more, and no gateway is about to. */
export async function deleteCallers(
  { erasing, forgotten, room }: LogOptions,
  candidates: Set<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (forgotten === undefined) return;
  const free = await room.write(() => forgotten([...candidates]));
  const unused = new Set(free);
  let cursor = 0;
  while (unused.size > 0) {
    if (signal?.aborted === true) return;
    const next = build.selectFrom('decisions').select(['cursor', 'caller']).where('cursor', '>', cursor);
    const found = await room.read(() => all(next.orderBy('cursor').limit(STEP_ROWS)));
    if (found.length === 0) break;
    for (const row of found) unused.delete(row.caller);
    cursor = found.at(-1)?.cursor ?? cursor;
    await nextTurn();
  }
  await erasing(() =>
    room.write(function* () {
      for (const id of unused) yield* change(build.deleteFrom('callers').where('id', '=', id));
    }),
  );
}
