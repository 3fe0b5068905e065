import type { ApprovalDesk } from '../../journal/index.ts';
import type { Work } from '../../sql/index.ts';
import type { ApprovalTable } from './table.ts';

/** The table for the journal: its statements are run at once. */
export function approvalDesk(table: ApprovalTable): ApprovalDesk {
  return {
    get: (id) => done(() => table.get(id)),
    prepare: (ask, nowMs) => done(() => table.prepare(ask, nowMs)),
    add: (approval, args) => done(() => table.add(approval, args)),
    write: (before, after) => done(() => table.write(before, after)),
  };
}

/** Work that has no statements left for others to run. */
function* done<Value>(act: () => Value): Work<Value> {
  yield* [];
  return act();
}
