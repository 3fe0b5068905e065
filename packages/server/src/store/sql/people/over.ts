import type { Over } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { noteDeleted, withSome } from '../over.ts';
import { build } from '../tables.ts';
import { change } from '../work.ts';

/** One that was accepted or revoked goes no earlier than it would have expired. */
export function expireInvitations(executor: SqlExecutor, { keptMs, nowMs, signal }: Over): Promise<number> {
  const beforeMs = nowMs - keptMs;
  const over = build
    .selectFrom('invitations')
    .select(['id', 'organization'])
    .where('expires_at', '<=', beforeMs)
    .where((one) => one.or([one('accepted_at', 'is', null), one('accepted_at', '<=', beforeMs)]))
    .where((one) => one.or([one('revoked_at', 'is', null), one('revoked_at', '<=', beforeMs)]))
    .orderBy('id');
  return withSome({ executor, signal }, over, function* (rows) {
    const ids = rows.map(({ id }) => id);
    yield* change(build.deleteFrom('invitations').where('id', 'in', ids));
    yield* noteDeleted(executor, { kind: 'invitation', rows });
  });
}

export function expireApiKeys(executor: SqlExecutor, { keptMs, nowMs, signal }: Over): Promise<number> {
  const beforeMs = nowMs - keptMs;
  const over = build
    .selectFrom('api_keys')
    .select(['id', 'organization', 'name'])
    .where((one) => one.or([one('expires_at', '<=', beforeMs), one('revoked_at', '<=', beforeMs)]))
    .orderBy('id');
  return withSome({ executor, signal }, over, function* (rows) {
    const ids = rows.map(({ id }) => id);
    yield* change(build.deleteFrom('api_keys').where('id', 'in', ids));
    yield* noteDeleted(executor, { kind: 'api_key', rows });
  });
}
