import type { NoteOf } from '../contract.ts';
import type { SqlRoom } from './room.ts';
import type { Work } from './work.ts';

/** A change with its row in the audit log: within a `write`, so that there is neither without the other. */
export function* noted<Result>(
  room: Pick<SqlRoom, 'note'>,
  work: () => Work<Result>,
  note: NoteOf<Result> | undefined,
): Work<Result> {
  const result = yield* work();
  const act = note?.(result);
  if (act !== undefined) yield* room.note(act);
  return result;
}
