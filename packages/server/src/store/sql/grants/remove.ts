import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { changes, noteChange } from './copy.ts';

/**
 * Within a transaction of the caller: all grants of an organisation, with the agents that signed in and the approvals that calls wait for. How
 * many could have been used. Memory follows as after changes of others.
 */
export function* removeGrantsOf(organization: string): Work<number> {
  const own = build.selectFrom('grants').where('organization', '=', organization);
  const ids = own.select('id');
  const usable = yield* all(own.select('id').where('state', '!=', 'revoked'));
  const signIns = build.selectFrom('agent_sign_ins').select('sign_in').where('grant_id', 'in', ids);
  yield* change(build.deleteFrom('agent_sign_ins').where('sign_in', 'in', signIns));
  yield* change(build.deleteFrom('agent_sign_ins').where('grant_id', 'in', ids));
  yield* change(build.deleteFrom('approvals').where('grant_id', 'in', ids));
  const removed = yield* change(build.deleteFrom('grants').where('organization', '=', organization));
  const number = (yield* changes()).newest + 1;
  if (removed > 0) yield* noteChange({ newest: number, removed: number });
  return usable.length;
}
