import type { Over } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { noteDeleted, withSome } from '../over.ts';
import { build } from '../tables.ts';
import { change, first, type Work } from '../work.ts';
import { changes, noteChange } from './copy.ts';
import { removeSignInsOf } from './remove.ts';

/** Milliseconds for which it is told which grants went: far more than between two looks of a process. Who looks later reads all. */
const TOLD_MS = 24 * 60 * 60 * 1000;

/** How many went. */
export async function expireGrants(executor: SqlExecutor, { keptMs, nowMs, signal }: Over): Promise<number> {
  const by = { executor, signal };
  await forgetExpired(executor, nowMs);
  for (const over of [revokedWithoutEnd(), expiredWithoutEnd(nowMs)])
    await withSome(by, over, (rows) => change(endAt(rows, nowMs)));
  return withSome(by, dueBy(nowMs - keptMs), (rows) => removeSome(executor, rows, nowMs));
}

type Row = { readonly id: string; readonly name: string; readonly organization: string };

const grants = () => build.selectFrom('grants').select(['id', 'name', 'organization']);

/** By a version that did not keep when. */
function revokedWithoutEnd() {
  return grants().where('ended_at', 'is', null).where('state', '=', 'revoked');
}

function expiredWithoutEnd(nowMs: number) {
  const open = grants().where('ended_at', 'is', null).where('state', 'in', ['active', 'paused']);
  return open.where('expires_at', '<=', nowMs);
}

/**
 * An end counts only of what is over still: a replica of the version before leaves it where it was when it gives a grant a later one. What the
 * configuration file declares is its to take away, and approvals have an end of their own.
 */
function dueBy(beforeMs: number) {
  return grants()
    .where('ended_at', '<=', beforeMs)
    .where('origin', '=', 'minted')
    .where((one) => one.or([one('state', '=', 'revoked'), one('expires_at', '<=', beforeMs)]))
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('approvals').select('approvals.id').whereRef('approvals.grant_id', '=', 'grants.id'),
        ),
      ),
    );
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id);

const endAt = (rows: readonly Row[], endedAtMs: number) =>
  build.updateTable('grants').set({ ended_at: endedAtMs }).where('id', 'in', idsOf(rows));

function* removeSome(executor: SqlExecutor, rows: readonly Row[], atMs: number): Work<void> {
  const ids = idsOf(rows);
  yield* removeSignInsOf(ids);
  yield* change(build.deleteFrom('grants').where('id', 'in', ids));
  const number = (yield* changes()).newest + 1;
  const told = ids.map((id) => ({ number, grant_id: id, at: atMs }));
  yield* change(build.insertInto('expired_grants').values(told));
  yield* noteChange({ newest: number, expired: number });
  yield* noteDeleted(executor, { kind: 'grant', rows });
}

async function forgetExpired(executor: SqlExecutor, nowMs: number): Promise<void> {
  const told = build
    .selectFrom('expired_grants')
    .select('number')
    .where('at', '<=', nowMs - TOLD_MS)
    .orderBy('number', 'desc')
    .limit(1);
  const newest = (await executor.read(() => first(told)))?.number;
  if (newest === undefined) return;
  await executor.write(function* () {
    yield* change(build.deleteFrom('expired_grants').where('number', '<=', newest));
    const known = yield* changes();
    yield* noteChange({ newest: known.newest, removed: Math.max(known.removed, newest) });
  });
}
