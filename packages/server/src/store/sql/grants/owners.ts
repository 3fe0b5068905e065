import { isAlike } from '../../../approvals/index.ts';
import type { Actor, GrantRecord } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { changes, noteChange } from './copy.ts';
import { note } from './notes.ts';
import { decode } from './row.ts';

/**
 * Within a transaction of the caller: what one address owns, in however it is written there, goes by another address of the same person.
 * Otherwise nobody would know them for the owner, who may not approve calls of their own grant. Memory follows as after changes of others.
 */
export function* changeOwner(
  executor: SqlExecutor,
  { from, to }: { readonly from: string; readonly to: string },
  by: Actor,
): Work<readonly GrantRecord[]> {
  const owned = build.selectFrom('grants').selectAll().where('owner', 'is not', null);
  const rows = (yield* all(owned.where('state', '!=', 'revoked').orderBy('name'))).filter(({ owner }) =>
    isAlike(from, owner ?? undefined),
  );
  if (rows.length === 0) return [];
  const newest = (yield* changes()).newest + 1;
  const changed: GrantRecord[] = [];
  for (const row of rows) {
    const before = decode(row);
    const after = { ...before, grant: { ...before.grant, owner: to } };
    yield* change(
      build.updateTable('grants').set({ owner: to, changed: newest }).where('id', '=', before.grant.id),
    );
    yield* note(executor, 'grant.updated', { by, before, after });
    changed.push(after.grant);
  }
  yield* noteChange({ newest });
  return changed;
}
