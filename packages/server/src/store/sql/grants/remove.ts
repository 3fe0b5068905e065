import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { changes, noteChange } from './copy.ts';

/** Everything that is kept of agents that signed in with these grants. */
export function* removeSignInsOf(ids: readonly string[] | IdsOfGrants): Work<void> {
  const signIns = build.selectFrom('agent_sign_ins').select('sign_in').where('grant_id', 'in', ids);
  yield* change(build.deleteFrom('agent_sign_ins').where('sign_in', 'in', signIns));
  yield* change(build.deleteFrom('agent_sign_ins').where('grant_id', 'in', ids));
}

const idsOf = (organization: string) =>
  build.selectFrom('grants').where('organization', '=', organization).select('id');

type IdsOfGrants = ReturnType<typeof idsOf>;

/**
 * Within a transaction of the caller: all grants of an organisation, with the agents that signed in and the approvals that calls wait for. How
 * many could have been used. Memory follows as after changes of others.
 */
export function* removeGrantsOf(organization: string): Work<number> {
  const ids = idsOf(organization);
  const usable = yield* all(ids.where('state', '!=', 'revoked'));
  yield* removeSignInsOf(ids);
  yield* change(build.deleteFrom('approvals').where('grant_id', 'in', ids));
  const removed = yield* change(build.deleteFrom('grants').where('organization', '=', organization));
  const number = (yield* changes()).newest + 1;
  if (removed > 0) yield* noteChange({ newest: number, removed: number });
  return usable.length;
}
