import type { Endpoint, ProblemCode } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import type { Actor, AuditAct, NoteOf } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { ApiRequest, Change, Doer, Done, Refusal } from './handler.ts';
import type { Peer } from './peer.ts';

type Result = Done<unknown> | Refusal<ProblemCode>;

type Asked = {
  readonly context: ControlContext;
  readonly operator: Operator | undefined;
  readonly from: Pick<Peer, 'remote'>;
};

/**
 * Handles a request and leaves the row of what it did in the audit log, before anybody is answered, unless the store has written it
 * with the change. What has no row is answered as a failure: nobody takes for done what is not on record.
 */
export async function audited(
  { context, from, operator }: Asked,
  endpoint: Endpoint,
  handle: () => Promise<Result>,
): Promise<Result> {
  const result = await handle();
  if (!result.ok || result.change === undefined) return result;
  const { change, ...answer } = result;
  if (change !== 'noted') await context.store.audit.record(actOf({ endpoint, operator, from }, change));
  return answer;
}

type Asking = Pick<ApiRequest, 'endpoint'> & Pick<Asked, 'operator' | 'from'>;

/** For the store, which writes the row of a change in its transaction: what it says, of what came of the change. */
export function noting<Result>(
  asking: Asking,
  changeOf: (result: Result) => Change | undefined,
): NoteOf<Result> {
  return (result) => {
    const change = changeOf(result);
    return change && actOf(asking, change);
  };
}

function actOf({ endpoint: { audit }, from, operator }: Asking, change: Change): AuditAct {
  const { by = operator, ...what } = change;
  if (by === undefined || audit === undefined)
    throw new TypeError('expected who made a change, and an action in the contract');
  return { organization: by.organization.id, actor: actorOf(by, from), action: audit, ...what };
}

/** Who changes something, as the audit log names them: an API key together with who made it. */
export function actorOf(operator: Doer, { remote }: Pick<Peer, 'remote'>): Actor {
  const { email, id } = operator.person;
  if (operator.kind === 'person')
    return { kind: 'person', id, name: email, via: 'dashboard', address: remote };
  const { apiKey } = operator;
  return { kind: 'api_key', id: apiKey.id, name: `${apiKey.name} of ${email}`, via: 'api', address: remote };
}
